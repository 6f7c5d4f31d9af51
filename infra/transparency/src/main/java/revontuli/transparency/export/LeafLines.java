package revontuli.transparency.export;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import revontuli.transparency.record.SealedRecord;

/// Reads leaves line by line and holds one at a time, however long the file or a line of it is.
final class LeafLines implements AutoCloseable {
    private static final int BUFFER_BYTES = 256 * 1024;

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
        for (int b = read(); b != '\n'; b = read()) {
            if (b < 0) {
                if (length == 0) {
                    return null;
                }
                throw new BadExportException(
                        Verification.Reason.LEAF_MALFORMED, index, "the last line does not end with a newline");
            }
            if (length == line.length) {
                throw new BadExportException(
                        Verification.Reason.LEAF_MALFORMED, index, "longer than " + line.length + " bytes");
            }
            line[length++] = (byte) b;
        }
        return Arrays.copyOf(line, length);
    }

    private int read() throws IOException {
        if (at == filled) {
            filled = Math.max(0, in.read(buffer));
            at = 0;
        }
        return filled == 0 ? -1 : buffer[at++] & 0xff;
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
