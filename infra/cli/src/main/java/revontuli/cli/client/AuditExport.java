package revontuli.cli.client;

import com.google.protobuf.ByteString;
import io.grpc.Channel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import revontuli.api.safety.v1.AuditLogServiceGrpc;
import revontuli.api.safety.v1.ExportRecordsRequest;
import revontuli.api.safety.v1.ExportRecordsResponse;
import revontuli.cli.CliException;
import revontuli.cli.IoReason;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.export.ExportParts;
import revontuli.transparency.export.ExportWriter;
import revontuli.transparency.merkle.SignedNote;

/// Writes the audit log as the offline verifier reads it: leaves, kept checkpoints and the end, as the service
/// streams them.
public final class AuditExport implements ExportParts {
    private final Iterator<ExportRecordsResponse> answers;
    private ExportRecordsResponse last = ExportRecordsResponse.getDefaultInstance();
    private boolean begun;

    private AuditExport(Iterator<ExportRecordsResponse> answers) {
        this.answers = answers;
    }

    /// Exports the whole log into a folder that holds no export yet; answers how many leaves it has.
    public static long write(Channel safety, Path folder) {
        AuditExport export = new AuditExport(
                AuditLogServiceGrpc.newBlockingStub(safety).exportRecords(ExportRecordsRequest.getDefaultInstance()));
        try {
            return ExportWriter.write(folder, export).size();
        } catch (IOException e) {
            throw CliException.refused("cannot write the export into " + folder + ": " + IoReason.of(e));
        }
    }

    @Override
    public Iterator<byte[]> leaves() {
        return new Items<>(answer ->
                answer.getLeavesList().stream().map(ByteString::toByteArray).toList());
    }

    @Override
    public Iterator<SignedNote> kept() {
        return new Items<>(answer ->
                answer.getCheckpointsList().stream().map(AuditExport::note).toList());
    }

    @Override
    public SignedNote published() {
        return note(last.getCheckpoint());
    }

    @Override
    public VerifyingKey logKey() {
        return VerifyingKey.ofRaw(last.getLogKey().toByteArray());
    }

    private static SignedNote note(String text) {
        return SignedNote.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    /// The items of one kind, up to the first message that has none of them; that one is kept for who comes next.
    private final class Items<T> implements Iterator<T> {
        private final Function<ExportRecordsResponse, List<T>> items;
        private final Deque<T> ready;

        private Items(Function<ExportRecordsResponse, List<T>> items) {
            this.items = items;
            this.ready = new ArrayDeque<>(items.apply(last));
        }

        @Override
        public boolean hasNext() {
            if (ready.isEmpty()
                    && answers.hasNext()
                    && (!begun || !items.apply(last).isEmpty())) {
                begun = true;
                last = answers.next();
                ready.addAll(items.apply(last));
            }
            return !ready.isEmpty();
        }

        @Override
        public T next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return ready.removeFirst();
        }
    }
}
