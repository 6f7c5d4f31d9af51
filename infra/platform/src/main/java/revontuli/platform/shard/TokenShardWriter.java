package revontuli.platform.shard;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import revontuli.transparency.crypto.Digest;

/// Writes a token shard, document by document, with bounded memory: ids as they come, the index behind them at the end,
/// the header last. The same documents make the same bytes. For one thread.
public final class TokenShardWriter implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path file;
    private final Path index;
    private final Digest dataset;
    private final Digest tokenizer;
    private final int vocabularySize;
    private final int tokenBytes;
    private final OutputStream tokens;
    private final OutputStream entries;
    private long documentCount;
    private long tokenCount;
    private long textByteCount;
    private long leftOut;

    /// Begins a draft in a folder; [#close] deletes it.
    public TokenShardWriter(Path folder, Digest dataset, Digest tokenizer, int vocabularySize) throws IOException {
        this.file = Files.createTempFile(folder, "shard", ".tokens");
        this.index = Files.createTempFile(folder, "shard", ".index");
        this.dataset = dataset;
        this.tokenizer = tokenizer;
        this.vocabularySize = vocabularySize;
        this.tokenBytes = ShardHeader.tokenBytesFor(vocabularySize);
        this.tokens = new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES);
        this.entries = new BufferedOutputStream(Files.newOutputStream(index), BUFFER_BYTES);
        tokens.write(new byte[ShardHeader.BYTES]);
    }

    /// Adds a document.
    ///
    /// @param line number of its line in the data set's file, from 1
    public void add(int[] ids, int textBytes, long line) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(ids.length * tokenBytes).order(ByteOrder.LITTLE_ENDIAN);
        for (int id : ids) {
            if (id < 0 || id >= vocabularySize) {
                throw new IllegalStateException("id " + id + " is not of a vocabulary of " + vocabularySize);
            }
            if (tokenBytes == Short.BYTES) {
                bytes.putShort((short) id);
            } else {
                bytes.putInt(id);
            }
        }
        tokens.write(bytes.array());
        tokenCount += ids.length;
        documentCount++;
        textByteCount += textBytes;
        entries.write(ByteBuffer.allocate(ShardHeader.INDEX_ENTRY_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(tokenCount)
                .putInt(textBytes)
                .putInt((int) line)
                .array());
    }

    /// Counts a line that is no document.
    public void leaveOut() {
        leftOut++;
    }

    public ShardHeader.Counts counts() {
        return new ShardHeader.Counts(documentCount, tokenCount, textByteCount, leftOut);
    }

    /// Ends the file; where it lies until [#close].
    public Path finish() throws IOException {
        ShardHeader header = new ShardHeader(dataset, tokenizer, tokenBytes, vocabularySize, counts());
        tokens.write(new byte[Math.toIntExact(header.indexStart() - ShardHeader.BYTES - tokenCount * tokenBytes)]);
        entries.close();
        Files.copy(index, tokens);
        tokens.close();
        try (RandomAccessFile head = new RandomAccessFile(file.toFile(), "rw")) {
            head.write(header.bytes());
        }
        return file;
    }

    @Override
    public void close() throws IOException {
        try (tokens;
                entries) {
            // whatever is open
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(index);
        }
    }
}
