package revontuli.transparency.export;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import revontuli.transparency.record.SealedRecord;

/// Reads leaves line by line and holds one at a time, however long the file or a line of it is.
final class LeafLines implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long ONES = 0x0101010101010101L;
    private static final long NEWLINES = 0x0A0A0A0A0A0A0A0AL;
    private static final long TOPS = 0x8080808080808080L;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final byte[] line = new byte[SealedRecord.BYTES_MAX];
    private int filled;
    private int at;
    private long index = -1;

    LeafLines(Path file) throws IOException {
        this.in = Files.newInputStream(file);
    }

    /// The next leaf without its newline, or null at the end.
    byte @Nullable [] next() throws IOException, BadExportException {
        index++;
        int length = 0;
        while (fill()) {
            int end = newline();
            int more = end - at;
            if (length + more > line.length) {
                throw malformed("longer than " + line.length + " bytes");
            }
            System.arraycopy(buffer, at, line, length, more);
            length += more;
            at = end;
            if (end < filled) {
                at++;
                return Arrays.copyOf(line, length);
            }
        }
        if (length == 0) {
            return null;
        }
        throw malformed("the last line does not end with a newline");
    }

    private BadExportException malformed(String why) {
        return new BadExportException(Verification.Reason.LEAF_MALFORMED, index, why);
    }

    /// Where the next newline lies in what was read, or its end.
    private int newline() {
        int end = at;
        while (end + Long.BYTES <= filled && !holdsNewline((long) LONGS.get(buffer, end))) {
            end += Long.BYTES;
        }
        while (end < filled && buffer[end] != '\n') {
            end++;
        }
        return end;
    }

    /// Whether one of the eight bytes is a newline: with those taken away, a byte that is zero borrows from its top
    /// bit.
    private static boolean holdsNewline(long bytes) {
        long rest = bytes ^ NEWLINES;
        return ((rest - ONES) & ~rest & TOPS) != 0;
    }

    /// False at the end of the file.
    private boolean fill() throws IOException {
        if (at == filled) {
            filled = Math.max(0, in.read(buffer));
            at = 0;
        }
        return filled > 0;
    }

    /// The index of the leaf that [#next] gave last.
    long index() {
        return index;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
