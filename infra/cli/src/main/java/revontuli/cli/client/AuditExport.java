package revontuli.cli.client;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import revontuli.api.safety.v1.AuditLogServiceGrpc;
import revontuli.api.safety.v1.ExportRecordsRequest;
import revontuli.api.safety.v1.ExportRecordsResponse;
import revontuli.cli.CliException;
import revontuli.cli.IoReason;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.export.ExportWriter;
import revontuli.transparency.merkle.SignedNote;

/// Writes the audit log as the offline verifier reads it, leaf by leaf as the service streams it.
public final class AuditExport {
    private final Iterator<ExportRecordsResponse> answers;
    private ExportRecordsResponse last = ExportRecordsResponse.getDefaultInstance();

    private AuditExport(Iterator<ExportRecordsResponse> answers) {
        this.answers = answers;
    }

    /// Exports the whole log into a folder that holds no export yet; answers how many leaves it has.
    public static long write(Channel safety, Path folder) {
        AuditExport export = new AuditExport(
                AuditLogServiceGrpc.newBlockingStub(safety).exportRecords(ExportRecordsRequest.getDefaultInstance()));
        try {
            return ExportWriter.write(folder, export.new Leaves(), export::note, export::key)
                    .size();
        } catch (IOException e) {
            throw CliException.refused("cannot write the export into " + folder + ": " + IoReason.of(e));
        }
    }

    private SignedNote note() {
        return SignedNote.parse(last.getCheckpoint().getBytes(StandardCharsets.UTF_8));
    }

    private VerifyingKey key() {
        return VerifyingKey.ofRaw(last.getLogKey().toByteArray());
    }

    private final class Leaves implements Iterator<byte[]> {
        private final Deque<ByteString> ready = new ArrayDeque<>();

        @Override
        public boolean hasNext() {
            while (ready.isEmpty() && answers.hasNext()) {
                last = answers.next();
                ready.addAll(last.getLeavesList());
            }
            return !ready.isEmpty();
        }

        @Override
        public byte[] next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return ready.removeFirst().toByteArray();
        }
    }
}
