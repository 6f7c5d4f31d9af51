package revontuli.transparency.export;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.export.Verification.Reason;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.merkle.Checkpoint;
import revontuli.transparency.merkle.SignedNote;

/// Follows the checkpoints that a log kept along its growth: every one signed by the log, over the same tree as the
/// leaves of this export. One is held at a time, however many there are.
///
/// The first that disagrees says between which sizes the log was written anew.
final class KeptCheckpoints implements AutoCloseable {
    private static final int LINE_BYTES_MAX = 2 * SignedNote.BYTES_MAX;

    private final Checkpoint covering;
    private final LogKeys keys;
    private final @Nullable InputStream lines;
    private @Nullable Checkpoint next;
    private long read;
    private long agreed;
    private long agreedSize;
    private long disagreedSize = -1;
    private @Nullable BadExportException trouble;

    KeptCheckpoints(Path file, Checkpoint covering, LogKeys keys) throws IOException {
        this.covering = covering;
        this.keys = keys;
        this.lines = Files.isRegularFile(file) ? new BufferedInputStream(Files.newInputStream(file)) : null;
        next = readNext(-1);
    }

    /// Takes note of the tree at a size; called for every size from 0 on.
    void follow(long size, Digest root) throws IOException {
        while (next != null && next.size() == size) {
            if (next.root().equals(root)) {
                agreed++;
                agreedSize = disagreedSize < 0 ? size : agreedSize;
            } else if (disagreedSize < 0) {
                disagreedSize = size;
            }
            next = readNext(size);
        }
    }

    /// Said after all leaves were found good: a line that is no checkpoint of this log, or out of order.
    void checkReadable() throws BadExportException {
        if (trouble != null) {
            throw trouble;
        }
    }

    /// How many agree.
    long agreed() {
        return agreed;
    }

    /// The largest size up to which they agree; nothing before it was written anew.
    long agreedSize() {
        return agreedSize;
    }

    /// The smallest size at which one disagrees, or -1.
    long disagreedSize() {
        return disagreedSize;
    }

    boolean nextIs(long size) {
        return next != null && next.size() == size;
    }

    /// After a bad line nothing more is read.
    private @Nullable Checkpoint readNext(long before) throws IOException {
        try {
            return read(before);
        } catch (BadExportException e) {
            trouble = e;
            return null;
        }
    }

    private @Nullable Checkpoint read(long before) throws IOException, BadExportException {
        byte[] line = lines == null ? null : line(lines);
        if (line == null) {
            return null;
        }
        read++;
        try {
            Json.Fields fields = CanonicalJson.parseFields(line);
            byte[] note = fields.text("note").getBytes(StandardCharsets.UTF_8);
            if (fields.members().size() != 1) {
                throw new MalformedException("it must have the field 'note' and no other");
            }
            SignedNote signed = SignedNote.parse(note);
            Checkpoint checkpoint = Checkpoint.parse(signed);
            if (!checkpoint.origin().equals(covering.origin())) {
                throw new MalformedException("it is of another log, " + checkpoint.origin());
            }
            if (keys.signerOf(signed).isEmpty()) {
                throw new MalformedException("it is not signed by a key of the log");
            }
            if (checkpoint.size() <= before || checkpoint.size() > covering.size()) {
                throw new MalformedException("sizes must grow, up to that of the covering checkpoint");
            }
            return checkpoint;
        } catch (MalformedException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
    }

    private BadExportException bad(String why) {
        return new BadExportException(
                Reason.KEPT_CHECKPOINT_BAD,
                BadExportException.NO_INDEX,
                "line " + read + " of " + ExportFiles.CHECKPOINTS + ": " + why);
    }

    /// The next line without its newline, or null at the end.
    private byte @Nullable [] line(InputStream in) throws IOException, BadExportException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0 && line.size() == 0) {
                return null;
            }
            if (b < 0 || line.size() == LINE_BYTES_MAX) {
                read++;
                throw bad(b < 0 ? "it does not end with a newline" : "it is longer than a checkpoint can be");
            }
            line.write(b);
        }
        return line.toByteArray();
    }

    @Override
    public void close() throws IOException {
        if (lines != null) {
            lines.close();
        }
    }
}
