package revontuli.platform.shard;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.MalformedException;

/// The first 128 bytes of a token shard; all numbers little-endian. `infra/docs/token-shard.md` shows the whole form.
///
/// @param dataset digest of the documents' file
/// @param tokenizer digest of the `tokenizer.json` that made the ids
/// @param tokenBytes bytes of one id: 2 or 4
/// @param vocabularySize every id is below it
public record ShardHeader(Digest dataset, Digest tokenizer, int tokenBytes, long vocabularySize, Counts counts) {
    public static final int BYTES = 128;
    static final int INDEX_ENTRY_BYTES = 16;
    private static final byte[] MAGIC = {'R', 'V', 'T', 'N', 'S', 'H', 'R', 'D'};
    private static final int VERSION = 1;
    private static final int SHORT_VOCABULARY = 1 << 16;

    /// What is in the shard.
    ///
    /// @param textBytes UTF-8 bytes of all documents in it
    /// @param leftOut lines of the file that are no documents and are not in it
    public record Counts(long documents, long tokens, long textBytes, long leftOut) {}

    static int tokenBytesFor(long vocabularySize) {
        return vocabularySize <= SHORT_VOCABULARY ? Short.BYTES : Integer.BYTES;
    }

    /// Where the index begins: behind the ids, at a multiple of 8.
    long indexStart() {
        return (BYTES + counts.tokens() * tokenBytes + 7) & -8L;
    }

    long fileBytes() {
        return indexStart() + counts.documents() * INDEX_ENTRY_BYTES;
    }

    byte[] bytes() {
        return ByteBuffer.allocate(BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .putInt(VERSION)
                .putInt(tokenBytes)
                .putLong(counts.documents())
                .putLong(counts.tokens())
                .putLong(counts.textBytes())
                .putLong(counts.leftOut())
                .putLong(vocabularySize)
                .putLong(indexStart())
                .put(dataset.value())
                .put(tokenizer.value())
                .array();
    }

    static ShardHeader parse(ByteBuffer file, long fileBytes) {
        ByteBuffer in = file.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        byte[] magic = new byte[MAGIC.length];
        if (in.remaining() < BYTES || !Arrays.equals(take(in, magic), MAGIC)) {
            throw new MalformedException("not a token shard");
        }
        int version = in.getInt();
        if (version != VERSION) {
            throw new MalformedException("a token shard of version " + version + "; this reads version " + VERSION);
        }
        int tokenBytes = in.getInt();
        Counts counts = new Counts(in.getLong(), in.getLong(), in.getLong(), in.getLong());
        long vocabularySize = in.getLong();
        long indexStart = in.getLong();
        ShardHeader header = new ShardHeader(
                Digest.ofValue(take(in, new byte[Digest.BYTES])),
                Digest.ofValue(take(in, new byte[Digest.BYTES])),
                tokenBytes,
                vocabularySize,
                counts);
        boolean sane = vocabularySize > 0
                && vocabularySize <= Integer.MAX_VALUE
                && tokenBytes == tokenBytesFor(vocabularySize)
                && within(counts.documents(), fileBytes)
                && within(counts.tokens(), fileBytes)
                && counts.textBytes() >= 0
                && counts.leftOut() >= 0;
        if (!sane || indexStart != header.indexStart() || fileBytes != header.fileBytes()) {
            throw new MalformedException("a token shard whose header does not fit the file");
        }
        return header;
    }

    private static boolean within(long count, long fileBytes) {
        return count >= 0 && count <= fileBytes;
    }

    private static byte[] take(ByteBuffer in, byte[] into) {
        in.get(into);
        return into;
    }
}
