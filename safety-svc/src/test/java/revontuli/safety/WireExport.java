package revontuli.safety;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import revontuli.api.safety.v1.AuditLogServiceGrpc;
import revontuli.api.safety.v1.ExportRecordsRequest;
import revontuli.api.safety.v1.ExportRecordsResponse;
import revontuli.testkit.Grpc;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.export.ExportParts;
import revontuli.transparency.export.ExportVerifier;
import revontuli.transparency.export.ExportWriter;
import revontuli.transparency.export.Verification;
import revontuli.transparency.merkle.SignedNote;

/// An export as it came over the wire.
record WireExport(List<byte[]> leaves, List<SignedNote> kept, ExportRecordsResponse end, int messages) {
    /// Asks for it as the auditor.
    static WireExport from(long index) {
        List<byte[]> leaves = new ArrayList<>();
        List<SignedNote> kept = new ArrayList<>();
        ExportRecordsResponse last = ExportRecordsResponse.getDefaultInstance();
        int messages = 0;
        Iterator<ExportRecordsResponse> stream = AuditLogServiceGrpc.newBlockingStub(Grpc.as("auditor"))
                .exportRecords(
                        ExportRecordsRequest.newBuilder().setFromIndex(index).build());
        while (stream.hasNext()) {
            last = stream.next();
            assertThat(last.getLeavesCount()).isLessThanOrEqualTo(256);
            last.getLeavesList().forEach(leaf -> leaves.add(leaf.toByteArray()));
            last.getCheckpointsList().forEach(text -> kept.add(note(text)));
            messages++;
        }
        return new WireExport(leaves, kept, last, messages);
    }

    /// Writes it into a new folder below this one and verifies it offline.
    Verification verify(Path folder) throws IOException {
        Path export = folder.resolve("export");
        WireExport whole = this;
        ExportWriter.write(export, new ExportParts() {
            @Override
            public Iterator<byte[]> leaves() {
                return whole.leaves.iterator();
            }

            @Override
            public Iterator<SignedNote> kept() {
                return whole.kept.iterator();
            }

            @Override
            public SignedNote published() {
                return note(end.getCheckpoint());
            }

            @Override
            public VerifyingKey logKey() {
                return LedgerKeys.logKey().verifyingKey();
            }
        });
        return ExportVerifier.verify(export, LedgerKeys.logKey().verifyingKey());
    }

    private static SignedNote note(String text) {
        return SignedNote.parse(text.getBytes(StandardCharsets.UTF_8));
    }
}
