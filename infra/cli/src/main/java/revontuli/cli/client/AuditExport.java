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
import java.util.Optional;
import java.util.function.Function;
import revontuli.api.safety.v1.AuditLogServiceGrpc;
import revontuli.api.safety.v1.ExportRecordsRequest;
import revontuli.api.safety.v1.ExportRecordsResponse;
import revontuli.api.safety.v1.GetCheckpointRequest;
import revontuli.api.trainer.v1.ExportTablesRequest;
import revontuli.api.trainer.v1.ExportTablesResponse;
import revontuli.api.trainer.v1.TableServiceGrpc;
import revontuli.cli.Channels;
import revontuli.cli.CliException;
import revontuli.cli.IoReason;
import revontuli.cli.Service;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.export.ExportParts;
import revontuli.transparency.export.ExportTable;
import revontuli.transparency.export.ExportWriter;
import revontuli.transparency.export.TableRow;
import revontuli.transparency.export.TakenTables;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.merkle.SignedNote;

/// Writes the audit log as the offline verifier reads it: leaves, kept checkpoints and the end, as the service
/// streams them, and the tables as they stood shortly before.
public final class AuditExport implements ExportParts {
    private final Iterator<ExportRecordsResponse> answers;
    private final Optional<TakenTables> tables;
    private ExportRecordsResponse last = ExportRecordsResponse.getDefaultInstance();
    private boolean begun;

    private AuditExport(Optional<TakenTables> tables, Iterator<ExportRecordsResponse> answers) {
        this.tables = tables;
        this.answers = answers;
    }

    /// Exports the whole log and the tables that it speaks of into a folder that holds no export yet; answers how many
    /// leaves it has.
    public static long write(Channels channels, Path folder) {
        Channel safety = channels.to(Service.SAFETY);
        return write(safety, Optional.of(tables(safety, channels.to(Service.TRAINER))), folder);
    }

    /// The same without tables.
    public static long write(Channel safety, Path folder) {
        return write(safety, Optional.empty(), folder);
    }

    private static long write(Channel safety, Optional<TakenTables> tables, Path folder) {
        AuditExport export = new AuditExport(
                tables,
                AuditLogServiceGrpc.newBlockingStub(safety).exportRecords(ExportRecordsRequest.getDefaultInstance()));
        try {
            return ExportWriter.write(folder, export).size();
        } catch (IOException e) {
            throw CliException.refused("cannot write the export into " + folder + ": " + IoReason.of(e));
        }
    }

    /// First the size of the log, then the rows: so these know every record that the log had by then.
    private static TakenTables tables(Channel safety, Channel trainer) {
        long size = AuditLogServiceGrpc.newBlockingStub(safety)
                .getCheckpoint(GetCheckpointRequest.getDefaultInstance())
                .getSize();
        TakenTables taken = new TakenTables(size);
        Iterator<ExportTablesResponse> answers =
                TableServiceGrpc.newBlockingStub(trainer).exportTables(ExportTablesRequest.getDefaultInstance());
        try {
            while (answers.hasNext()) {
                ExportTablesResponse answer = answers.next();
                ExportTable table = ExportTable.titled(answer.getTable())
                        .orElseThrow(() -> new MalformedException("an unknown table, '" + answer.getTable() + "'"));
                taken.add(
                        table,
                        answer.getRowsList().stream().map(AuditExport::row).toList());
            }
            return taken;
        } catch (MalformedException e) {
            throw CliException.refused(
                    "cannot export the tables: " + e.getMessage() + " (--no-tables leaves them out)");
        }
    }

    private static TableRow row(revontuli.api.trainer.v1.TableRow row) {
        return new TableRow(row.getName(), row.getState(), Digest.parse(row.getDigest()), row.getRecordNumber());
    }

    @Override
    public Optional<TakenTables> tables() {
        return tables;
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
