package revontuli.safety;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import revontuli.api.safety.v1.AuditLogServiceGrpc;
import revontuli.api.safety.v1.AuditLogServiceGrpc.AuditLogServiceBlockingStub;
import revontuli.api.safety.v1.AuditRecord;
import revontuli.api.safety.v1.GetCheckpointRequest;
import revontuli.api.safety.v1.GetCheckpointResponse;
import revontuli.api.safety.v1.GetConsistencyProofRequest;
import revontuli.api.safety.v1.GetConsistencyProofResponse;
import revontuli.api.safety.v1.GetInclusionProofRequest;
import revontuli.api.safety.v1.GetInclusionProofResponse;
import revontuli.api.safety.v1.QueryRecordsRequest;
import revontuli.testkit.Backbone;
import revontuli.testkit.Eventually;
import revontuli.testkit.Grpc;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.merkle.Checkpoint;
import revontuli.transparency.merkle.MerkleProofs;
import revontuli.transparency.merkle.MerkleTree;
import revontuli.transparency.merkle.TlogProof;

/// Proofs over the wire stand up to the offline verifier, and show nobody what is not theirs.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "safety"))
@QuarkusTestResource(LedgerKeys.class)
class ProofTest {
    @Inject
    LogView log;

    private AuditRecord mine;
    private AuditRecord foreign;

    @BeforeEach
    void fillTheLog() {
        String mark = UUID.randomUUID().toString();
        try (TestSource source = TestSource.open("inference-svc")) {
            source.send(source.next(source.act("generation.admitted", "generations/a" + mark)));
            source.send(source.next(
                    source.act("generation.admitted", "generations/b" + mark).by("users/guest", "guest")));
            source.sendAll(IntStream.range(0, 300)
                    .mapToObj(i -> source.act("generation.admitted", "generations/" + i + mark))
                    .toList());
            log.awaitEntered(source);
        }
        mine = record("generations/a" + mark);
        foreign = record("generations/b" + mark);
    }

    @Test
    void theNewestCheckpointProvesARecordOffline() {
        GetInclusionProofResponse answer = as("caller").getInclusionProof(inclusion(mine.getIndex(), 0));

        TlogProof proof = TlogProof.parse(answer.getTlogProof().toByteArray());
        assertThat(proof.index()).isEqualTo(mine.getIndex());
        assertThat(hashes(answer.getHashesList())).isEqualTo(proof.hashes());
        assertThat(proof.verify(
                        mine.getLeaf().toByteArray(),
                        LedgerKeys.ORIGIN,
                        LedgerKeys.logKey().verifyingKey()))
                .isEqualTo(TlogProof.Outcome.PROVEN);
        assertThat(proof.verify(
                        foreign.getLeaf().toByteArray(),
                        LedgerKeys.ORIGIN,
                        LedgerKeys.logKey().verifyingKey()))
                .isEqualTo(TlogProof.Outcome.NOT_INCLUDED);
    }

    @Test
    void everySizeThatHasTheRecordProvesIt() {
        long newest = log.number("select size from audit_head");
        for (long size : new long[] {mine.getIndex() + 1, mine.getIndex() + 2, newest}) {
            GetInclusionProofResponse answer = as("auditor").getInclusionProof(inclusion(mine.getIndex(), size));
            Digest leaf = MerkleTree.leafHash(mine.getLeaf().toByteArray());

            assertThat(answer.getSize()).isEqualTo(size);
            assertThat(MerkleProofs.verifyInclusion(
                            leaf, mine.getIndex(), size, hashes(answer.getHashesList()), root(size)))
                    .isTrue();
        }
    }

    @Test
    void aProofOfAForeignRecordDoesNotExist() {
        for (long size : new long[] {0, foreign.getIndex() + 1}) {
            Grpc.Refused refused =
                    Grpc.refusedBy(() -> as("caller").getInclusionProof(inclusion(foreign.getIndex(), size)));
            Grpc.Refused never = Grpc.refusedBy(() -> as("caller").getInclusionProof(inclusion(1L << 40, size)));

            assertThat(refused.code()).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(refused.reason()).isEqualTo("NO_SUCH_RECORD").isEqualTo(never.reason());
        }
        assertThat(as("auditor")
                        .getInclusionProof(inclusion(foreign.getIndex(), 0))
                        .getHashesCount())
                .isPositive();
    }

    @Test
    void sizesOutsideTheLogAreRefusedByName() {
        long newest = log.number("select size from audit_head");
        for (long size : new long[] {-1, mine.getIndex(), newest + 1_000_000}) {
            Grpc.Refused refused =
                    Grpc.refusedBy(() -> as("caller").getInclusionProof(inclusion(mine.getIndex(), size)));

            assertThat(refused.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(refused.reason()).isEqualTo("BAD_TREE_SIZE");
        }
        for (long[] sizes : new long[][] {{0, 0}, {-1, 0}, {newest + 1_000_000, 0}, {2, 1}, {1, newest + 1_000_000}}) {
            Grpc.Refused refused = Grpc.refusedBy(() -> as("caller").getConsistencyProof(consistency(sizes)));

            assertThat(refused.reason()).as("%d to %d", sizes[0], sizes[1]).isEqualTo("BAD_TREE_SIZE");
        }
        assertThat(Grpc.refusedBy(() -> as("caller").getInclusionProof(inclusion(-1, 0)))
                        .reason())
                .isEqualTo("NO_SUCH_RECORD");
    }

    @Test
    void anOlderCheckpointIsShownToBeAPartOfTheNewest() {
        Checkpoint old = checkpoint();
        fillTheLog();
        Checkpoint now = Eventually.get(
                "a newer checkpoint", () -> Optional.of(checkpoint()).filter(newer -> newer.size() > old.size()));

        GetConsistencyProofResponse proof = as("auditor").getConsistencyProof(consistency(old.size(), now.size()));

        assertThat(MerkleProofs.verifyConsistency(
                        old.size(), old.root(), now.size(), now.root(), hashes(proof.getHashesList())))
                .isTrue();
        assertThat(as("auditor")
                        .getConsistencyProof(consistency(now.size(), now.size()))
                        .getHashesCount())
                .isZero();
        assertThat(as("auditor").getConsistencyProof(consistency(old.size(), 0)).getNewSize())
                .isGreaterThanOrEqualTo(now.size());
    }

    private Checkpoint checkpoint() {
        GetCheckpointResponse answer = as("auditor").getCheckpoint(GetCheckpointRequest.getDefaultInstance());
        Checkpoint checkpoint = Checkpoint.open(
                        answer.getCheckpoint().getBytes(StandardCharsets.UTF_8),
                        LedgerKeys.logKey().verifyingKey())
                .orElseThrow();
        assertThat(answer.getSize()).isEqualTo(checkpoint.size());
        assertThat(log.number("select count(*) from audit_checkpoint where note = ?", answer.getCheckpoint()))
                .as("what was shown is kept")
                .isPositive();
        return checkpoint;
    }

    /// The root over the first leaves, from the leaves themselves.
    private Digest root(long size) {
        return log.root(size);
    }

    private static AuditRecord record(String subject) {
        return as("auditor")
                .queryRecords(
                        QueryRecordsRequest.newBuilder().setSubject(subject).build())
                .getRecords(0);
    }

    private static GetInclusionProofRequest inclusion(long index, long size) {
        return GetInclusionProofRequest.newBuilder()
                .setIndex(index)
                .setSize(size)
                .build();
    }

    private static GetConsistencyProofRequest consistency(long... sizes) {
        return GetConsistencyProofRequest.newBuilder()
                .setOldSize(sizes[0])
                .setNewSize(sizes[1])
                .build();
    }

    private static List<Digest> hashes(List<ByteString> hashes) {
        return hashes.stream().map(hash -> Digest.ofValue(hash.toByteArray())).toList();
    }

    private static AuditLogServiceBlockingStub as(String name) {
        return AuditLogServiceGrpc.newBlockingStub(Grpc.as(name));
    }
}
