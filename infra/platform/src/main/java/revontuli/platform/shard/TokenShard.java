package revontuli.platform.shard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import revontuli.transparency.json.MalformedException;

/// A data set as token ids, mapped: nothing is read before it is asked for. Safe for many threads.
public final class TokenShard {
    /// A file is mapped in parts, because one part may not have 2 GiB; a multiple of every id's size.
    private static final int PART_SHIFT = 30;

    private static final long PART_BYTES = 1L << PART_SHIFT;

    private final ShardHeader header;
    private final MappedByteBuffer[] parts;
    private final boolean twoBytes;
    private final long indexStart;

    private TokenShard(ShardHeader header, MappedByteBuffer[] parts) {
        this.header = header;
        this.parts = parts;
        this.twoBytes = header.tokenBytes() == Short.BYTES;
        this.indexStart = header.indexStart();
    }

    /// Opens a file and checks its header against its size and its index against the header. What is no token shard
    /// is a [MalformedException].
    public static TokenShard open(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size < ShardHeader.BYTES) {
                throw new MalformedException("not a token shard");
            }
            MappedByteBuffer[] parts = new MappedByteBuffer[Math.toIntExact((size + PART_BYTES - 1) >> PART_SHIFT)];
            for (int i = 0; i < parts.length; i++) {
                long start = (long) i << PART_SHIFT;
                parts[i] = channel.map(FileChannel.MapMode.READ_ONLY, start, Math.min(PART_BYTES, size - start));
                parts[i].order(ByteOrder.LITTLE_ENDIAN);
            }
            TokenShard shard = new TokenShard(ShardHeader.parse(parts[0], size), parts);
            shard.checkIndex();
            return shard;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot map " + file, e);
        }
    }

    public ShardHeader header() {
        return header;
    }

    /// Number of documents.
    public long documents() {
        return header.counts().documents();
    }

    /// Ids before a document's first.
    public long start(long document) {
        return document == 0 ? 0 : end(document - 1);
    }

    /// Ids up to and with a document's last.
    public long end(long document) {
        return longAt(entry(document));
    }

    /// UTF-8 bytes of a document's text.
    public int textBytes(long document) {
        return intAt(entry(document) + Long.BYTES);
    }

    /// Number of the document's line in the data set's file, from 1.
    public long line(long document) {
        return Integer.toUnsignedLong(intAt(entry(document) + Long.BYTES + Integer.BYTES));
    }

    /// The id at a place counted over all documents.
    public int id(long place) {
        long at = ShardHeader.BYTES + place * header.tokenBytes();
        return twoBytes ? Short.toUnsignedInt(part(at).getShort(inPart(at))) : intAt(at);
    }

    private long entry(long document) {
        if (document < 0 || document >= documents()) {
            throw new IndexOutOfBoundsException("document " + document + " of " + documents());
        }
        return indexStart + document * ShardHeader.INDEX_ENTRY_BYTES;
    }

    private void checkIndex() {
        long before = 0;
        long bytes = 0;
        for (long d = 0; d < documents(); d++) {
            long end = end(d);
            if (end < before || end > header.counts().tokens() || textBytes(d) < 0) {
                throw new MalformedException("a token shard whose index runs backwards at document " + d);
            }
            before = end;
            bytes += textBytes(d);
        }
        if (before != header.counts().tokens() || bytes != header.counts().textBytes()) {
            throw new MalformedException("a token shard whose index does not fit its header");
        }
    }

    /// Header and entries have sizes that divide a part, and ids do too: none lies across two parts.
    private MappedByteBuffer part(long at) {
        return parts[(int) (at >> PART_SHIFT)];
    }

    private static int inPart(long at) {
        return (int) (at & (PART_BYTES - 1));
    }

    private int intAt(long at) {
        return part(at).getInt(inPart(at));
    }

    private long longAt(long at) {
        return part(at).getLong(inPart(at));
    }
}
