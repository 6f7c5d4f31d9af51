package revontuli.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import revontuli.api.safety.v1.AuditLogServiceGrpc;
import revontuli.api.safety.v1.AuditRecord;
import revontuli.api.safety.v1.GetLineageRequest;
import revontuli.api.safety.v1.GetStateAsOfRequest;
import revontuli.api.safety.v1.Lineage;
import revontuli.api.safety.v1.QueryRecordsRequest;
import revontuli.api.safety.v1.QueryRecordsResponse;
import revontuli.api.safety.v1.StateAsOf;
import revontuli.cli.Channels;
import revontuli.cli.ClientCredential;
import revontuli.cli.Home;
import revontuli.cli.Out;
import revontuli.cli.Service;
import revontuli.cli.client.AuditAsOf;
import revontuli.cli.client.AuditExport;
import revontuli.cli.client.AuditRecords;
import revontuli.cli.client.LineageTree;
import revontuli.cli.client.ReceiptFiles;
import revontuli.embedded.Folders;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.export.ExportVerifier;
import revontuli.transparency.export.Verification;
import revontuli.transparency.receipt.Receipt;
import revontuli.transparency.receipt.ReceiptVerification;
import revontuli.transparency.receipt.ReceiptVerifier;

/// The last chapters: what the audit log says of a generation, and that nobody can change it unnoticed.
final class Evidence {
    private final Home home;
    private final Out out;

    Evidence(Home home, Out out) {
        this.home = home;
        this.out = out;
    }

    /// A generation with the texts that only its owner has.
    record Said(String generation, String prompt, String output) {}

    void show(Said said, Consumer<String> chapter) {
        String generation = said.generation();
        try (Channels auditor = Channels.open(home, ClientCredential.load(home, "auditor"))) {
            chapter.accept("What the audit log knows of " + generation);
            query(auditor, generation);
            chapter.accept("Its lineage, back to the data and the people who signed");
            lineage(auditor, generation);
            chapter.accept("Its receipt: one file, verified offline, then run again with the recorded seed");
            receipt(said);
            chapter.accept("What was in force then");
            inForce(auditor, said);
            chapter.accept("Export, verify offline, change one byte, verify again");
            export(auditor);
        }
    }

    private void query(Channels auditor, String generation) {
        var stub = AuditLogServiceGrpc.newBlockingStub(auditor.to(Service.SAFETY));
        QueryRecordsRequest request =
                QueryRecordsRequest.newBuilder().setSubject(generation).build();
        Story.await(generation + " is finished in the log", () -> stub.queryRecords(request).getRecordsList().stream()
                .anyMatch(record -> record.getAction().equals("generation.finished")));
        QueryRecordsResponse answer = stub.queryRecords(request);
        AuditRecords.print(out, answer.getRecordsList());
        out.note(out.dim("the log has " + answer.getLogSize() + " records"));
    }

    private void lineage(Channels auditor, String generation) {
        Lineage lineage = AuditLogServiceGrpc.newBlockingStub(auditor.to(Service.SAFETY))
                .getLineage(
                        GetLineageRequest.newBuilder().setSubject(generation).build());
        LineageTree.print(out, lineage, false);
        for (String kind : new String[] {"generation", "model", "approver", "job", "dataset", "tokenizer", "policy"}) {
            Story.require(
                    lineage.getNodesList().stream()
                            .anyMatch(node -> node.getKind().equals(kind)),
                    "the lineage does not reach a " + kind);
        }
        Story.require(
                lineage.getEdgesList().stream()
                        .filter(edge -> edge.getRelation().equals("trained-on"))
                        .noneMatch(edge -> edge.getTo().contains("heldout")),
                "the lineage calls held-out data trained on");
    }

    private void receipt(Said said) {
        try (Channels owner = Channels.open(home, ClientCredential.load(home, "caller"))) {
            VerifyingKey logKey =
                    SigningKey.readPem(home.keys().resolve("log.pem")).verifyingKey();
            Path file = home.run().resolve("receipt.txt");
            Files.deleteIfExists(file);
            Receipt receipt =
                    ReceiptFiles.fetch(owner, said.generation(), out).with(List.of(said.prompt(), said.output()));
            ReceiptFiles.write(receipt, file);
            byte[] bytes = Files.readAllBytes(file);
            ReceiptVerification found = ReceiptVerifier.verify(bytes, logKey);
            ReceiptFiles.print(out, found);
            Story.require(found.ok(), "the receipt does not verify: " + found.message());
            Story.require(
                    "2".equals(found.facts().get("texts_proven")), "the receipt does not prove prompt and output");
            bytes[bytes.length / 2] ^= (byte) 1;
            ReceiptVerification changed = ReceiptVerifier.verify(bytes, logKey);
            out.note("now one bit of the file is changed");
            ReceiptFiles.print(out, changed);
            Story.require(!changed.ok(), "the changed bit of the receipt was not found");
            Story.require(
                    ReceiptFiles.print(out, ReceiptFiles.replay(owner, receipt, Optional.empty())),
                    "the replay was not bit-equal");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void inForce(Channels auditor, Said said) {
        var stub = AuditLogServiceGrpc.newBlockingStub(auditor.to(Service.SAFETY));
        AuditRecord begin = stub.queryRecords(QueryRecordsRequest.newBuilder()
                        .setSubject(said.generation())
                        .setAction("generation.admitted")
                        .build())
                .getRecords(0);
        StateAsOf state = stub.getStateAsOf(
                GetStateAsOfRequest.newBuilder().setTime(begin.getEventTime()).build());
        AuditAsOf.print(out, state);
        String served = begin.getDigestsOrThrow("model");
        Story.require(
                state.getModelsList().stream()
                        .anyMatch(one -> one.getCurrent() && one.getDigest().equals(served)),
                "the model that generated was not in force at the time");
    }

    private void export(Channels auditor) {
        try {
            Path folder = home.run().resolve("export");
            Folders.delete(folder);
            VerifyingKey logKey =
                    SigningKey.readPem(home.keys().resolve("log.pem")).verifyingKey();
            long leaves = AuditExport.write(auditor, folder);
            Verification whole = ExportVerifier.verify(folder, logKey);
            AuditRecords.print(out, whole);
            Story.require(whole.ok(), "the export of " + leaves + " records does not verify");
            out.note("now one byte of the export is changed");
            changeOneByte(folder.resolve("leaves.jsonl"));
            Verification changed = ExportVerifier.verify(folder, logKey);
            AuditRecords.print(out, changed);
            Story.require(!changed.ok() && changed.firstBad() >= 0, "the changed byte was not found");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Another digit in the middle of the file, as somebody would who wants another number there.
    private static void changeOneByte(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int at = bytes.length / 2;
        while (bytes[at] < '0' || bytes[at] > '9') {
            at++;
        }
        bytes[at] = bytes[at] == '7' ? (byte) '3' : (byte) '7';
        Files.write(file, bytes);
    }
}
