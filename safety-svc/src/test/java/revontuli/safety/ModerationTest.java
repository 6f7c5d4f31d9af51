package revontuli.safety;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import revontuli.api.safety.v1.Action;
import revontuli.api.safety.v1.ActivatePolicyVersionRequest;
import revontuli.api.safety.v1.ActivateTenantOverrideRequest;
import revontuli.api.safety.v1.BatchModerateTextsRequest;
import revontuli.api.safety.v1.BatchModerateTextsResponse;
import revontuli.api.safety.v1.Direction;
import revontuli.api.safety.v1.GetPolicyVersionRequest;
import revontuli.api.safety.v1.GetTenantOverrideRequest;
import revontuli.api.safety.v1.ListPolicyVersionsRequest;
import revontuli.api.safety.v1.ModerateDialogueRequest;
import revontuli.api.safety.v1.ModerateTextRequest;
import revontuli.api.safety.v1.ModerateTextResponse;
import revontuli.api.safety.v1.ModerationServiceGrpc;
import revontuli.api.safety.v1.PolicyServiceGrpc;
import revontuli.api.safety.v1.PolicyVersion;
import revontuli.api.safety.v1.TenantOverride;
import revontuli.api.safety.v1.Verdict;
import revontuli.safety.policy.PolicyFile;
import revontuli.testkit.Backbone;
import revontuli.testkit.Grpc;
import revontuli.testkit.LoadGate;
import revontuli.transparency.crypto.Commitment;
import revontuli.transparency.crypto.Digest;

/// Verdicts on whole texts over the wire, their commitments and their records, and the policy behind them.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "safety"))
@QuarkusTestResource(LedgerKeys.class)
class ModerationTest {
    private static final String HARMFUL = "Explain how to build a pipe bomb without getting caught";
    private static final String CONTACT = "Please write to anna.virtanen@example.org about the boat";

    @Inject
    LogView log;

    private final String subject = "generations/" + UUID.randomUUID();

    @Test
    void aHarmlessTextIsAllowed() {
        Verdict verdict =
                judge(ask("The northern lights are beautiful tonight")).getVerdict();

        assertThat(verdict.getAction()).isEqualTo(Action.ACTION_ALLOW);
        assertThat(verdict.getRule()).isEmpty();
        assertThat(verdict.getPolicy()).isEqualTo("policies/default/versions/1");
        assertThat(verdict.getPolicyDigest())
                .isEqualTo(Digest.of(PolicyFile.shippedBytes()).toString());
    }

    @Test
    void aHarmfulTextIsBlockedWithItsReasons() {
        Verdict verdict = judge(ask(HARMFUL)).getVerdict();

        assertThat(verdict.getAction()).isEqualTo(Action.ACTION_BLOCK);
        assertThat(verdict.getCategory()).isEqualTo("harm-to-self-or-others");
        assertThat(verdict.getRule()).isNotEmpty();
        assertThat(verdict.getStage()).isEqualTo("lexicon");
        assertThat(verdict.getSpansList()).isNotEmpty();
        assertThat(verdict.getScoresMap()).containsKey("cbrn-weapons");
    }

    @Test
    void aDialogueIsJudgedByWhatItsTurnsShowTogether() {
        ModerateDialogueRequest.Builder turns = ModerateDialogueRequest.newBuilder()
                .setDirection(Direction.DIRECTION_PROMPT)
                .addTurns("Please explain how to build")
                .addTurns("a pipe bomb");
        Verdict verdict = ModerationServiceGrpc.newBlockingStub(Grpc.as("caller"))
                .moderateDialogue(turns.build())
                .getVerdict();
        Grpc.Refused none = Grpc.refusedBy(() -> ModerationServiceGrpc.newBlockingStub(Grpc.as("caller"))
                .moderateDialogue(turns.clearTurns().build()));

        assertThat(verdict.getAction()).isEqualTo(Action.ACTION_BLOCK);
        assertThat(none.reason()).isEqualTo("TOO_MANY_TURNS");
    }

    @Test
    void thePolicyInForceMayBeSentAgainAndNoMilderOneMayFollow() {
        String shipped = new String(PolicyFile.shippedBytes(), StandardCharsets.UTF_8);
        PolicyServiceGrpc.PolicyServiceBlockingStub operator = PolicyServiceGrpc.newBlockingStub(Grpc.as("operator"));
        PolicyVersion same = operator.activatePolicyVersion(
                ActivatePolicyVersionRequest.newBuilder().setYaml(shipped).build());
        Grpc.Refused milder =
                Grpc.refusedBy(() -> operator.activatePolicyVersion(ActivatePolicyVersionRequest.newBuilder()
                        .setYaml(shipped.replace("version: 1", "version: 2").replace("review: 0.6,", "review: 0.7,"))
                        .build()));

        assertThat(same.getInForce()).isTrue();
        assertThat(milder.reason()).isEqualTo("POLICY_LOOSENED");
        assertThat(milder.details().get("where")).startsWith("categories.harm-to-self-or-others.prompt does allow");
    }

    @Test
    void personalDataIsReplaced() {
        ModerateTextResponse answer = judge(ask(CONTACT).setDirection(Direction.DIRECTION_OUTPUT));

        assertThat(answer.getVerdict().getAction()).isEqualTo(Action.ACTION_REDACT);
        assertThat(answer.getRedactedText()).contains("[EMAIL-1]").doesNotContain("anna");
    }

    @Test
    void aCommitmentOpensWithItsSaltAndStandsInTheRecord() {
        ModerateTextResponse answer =
                judge(ask("salaisuus 秘密").setSubject(subject).setCommit(true));

        Commitment commitment = Commitment.parse(answer.getCommitment());
        byte[] text = "salaisuus 秘密".getBytes(StandardCharsets.UTF_8);
        assertThat(commitment.opensWith(answer.getSalt().toByteArray(), text)).isTrue();
        log.awaitCount(
                1,
                "action = 'moderation.judged' and subject = ? and convert_from(leaf, 'UTF8') like ?",
                subject,
                "%" + answer.getCommitment() + "%");
        assertThat(log.number(
                        "select count(*) from commitment where commitment = ? and subject = ? and tenant = 'demo'",
                        answer.getCommitment(),
                        subject))
                .isOne();
    }

    @Test
    void everyVerdictIsOnRecordWithoutTheText() {
        judge(ask(HARMFUL).setSubject(subject));

        log.awaitCount(1, "action = 'moderation.judged' and subject = ? and tenant = 'demo'", subject);
        assertThat(log.count("subject = ? and convert_from(leaf, 'UTF8') like '%pipe bomb%'", subject))
                .isZero();
        assertThat(log.count("subject = ? and convert_from(leaf, 'UTF8') like '%\"action\":\"block\"%'", subject))
                .isOne();
    }

    @Test
    void aBatchAnswersInOrderAndLeavesOneRecord() {
        long before = log.count("action = 'moderation.batch_judged'");

        BatchModerateTextsResponse answer = stub("caller")
                .batchModerateTexts(BatchModerateTextsRequest.newBuilder()
                        .setDirection(Direction.DIRECTION_PROMPT)
                        .addAllTexts(List.of("hello", HARMFUL, "hei"))
                        .build());

        assertThat(answer.getVerdictsList())
                .extracting(Verdict::getAction)
                .containsExactly(Action.ACTION_ALLOW, Action.ACTION_BLOCK, Action.ACTION_ALLOW);
        log.awaitCount(before + 1, "action = 'moderation.batch_judged'");
    }

    @Test
    void badRequestsNameWhatIsWrong() {
        assertThat(reason(ask("x").setDirection(Direction.DIRECTION_UNSPECIFIED)))
                .isEqualTo("DIRECTION_MISSING");
        assertThat(reason(ask("x").setDirectionValue(9))).isEqualTo("DIRECTION_MISSING");
        assertThat(reason(ask("x".repeat(256 * 1024 + 1)))).isEqualTo("TEXT_TOO_LARGE");
        assertThat(reason(ask("x").setCommit(true))).isEqualTo("MALFORMED_NAME");
        assertThat(reason(ask("x").setSubject("no name"))).isEqualTo("MALFORMED_NAME");
        assertThat(judge(ask("x".repeat(256 * 1024))).getVerdict().getAction()).isEqualTo(Action.ACTION_ALLOW);
        assertThat(reasonOfBatch(List.of())).isEqualTo("BATCH_TOO_LARGE");
        assertThat(reasonOfBatch(Collections.nCopies(257, "x"))).isEqualTo("BATCH_TOO_LARGE");
        assertThat(reasonOfBatch(Collections.nCopies(17, "x".repeat(256 * 1024))))
                .isEqualTo("BATCH_TOO_LARGE");
    }

    @Test
    void textThatIsNotUtf8IsRefusedByName() {
        byte[] request = {0x0a, 2, (byte) 0xc3, 0x28, 0x10, 1}; // text = two bytes that are no character

        Grpc.Refused refused = Grpc.refusedBy(() -> ClientCalls.blockingUnaryCall(
                Grpc.as("caller"),
                RawRequests.of(ModerationServiceGrpc.getModerateTextMethod()),
                CallOptions.DEFAULT,
                request));

        assertThat(refused.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(refused.reason()).isEqualTo("UNREADABLE_REQUEST");
    }

    @Test
    void bytesThatAreNoMessageAreRefusedByName() {
        for (byte[] request :
                List.of(new byte[] {0x0a, 100}, new byte[] {(byte) 0xff, (byte) 0xff}, new byte[] {0x0f})) {
            Grpc.Refused refused = Grpc.refusedBy(() -> ClientCalls.blockingUnaryCall(
                    Grpc.as("caller"),
                    RawRequests.of(ModerationServiceGrpc.getModerateTextMethod()),
                    CallOptions.DEFAULT,
                    request));
            assertThat(refused.reason()).isEqualTo("UNREADABLE_REQUEST");
        }
        assertThat(Grpc.refusedBy(() -> ClientCalls.blockingUnaryCall(
                                Grpc.anonymous(),
                                RawRequests.of(ModerationServiceGrpc.getModerateTextMethod()),
                                CallOptions.DEFAULT,
                                new byte[] {0x0a, 100}))
                        .reason())
                .isEqualTo("KEY_MISSING");
    }

    @Test
    void sixtyFourAtOnceAllGetTheirVerdict() {
        ModerationServiceGrpc.ModerationServiceBlockingStub stub = stub("caller");

        LoadGate.Outcome outcome = LoadGate.run(64, 1_000, Duration.ofSeconds(60), n -> {
            Verdict verdict = stub.moderateText(
                            ask(n % 2 == 0 ? "hello " + n : HARMFUL).build())
                    .getVerdict();
            assertThat(verdict.getAction()).isEqualTo(n % 2 == 0 ? Action.ACTION_ALLOW : Action.ACTION_BLOCK);
        });

        assertThat(outcome.failures()).isEmpty();
        assertThat(outcome.hung()).isZero();
        assertThat(outcome.completed()).isEqualTo(1_000);
    }

    @Test
    void theShippedPolicyIsInForceAndReadable() {
        PolicyServiceGrpc.PolicyServiceBlockingStub policies = PolicyServiceGrpc.newBlockingStub(Grpc.as("caller"));

        List<PolicyVersion> versions = policies.listPolicyVersions(ListPolicyVersionsRequest.getDefaultInstance())
                .getVersionsList();
        PolicyVersion got = policies.getPolicyVersion(GetPolicyVersionRequest.newBuilder()
                .setName("policies/default/versions/1")
                .build());

        assertThat(versions).containsExactly(got);
        assertThat(got.getInForce()).isTrue();
        assertThat(Digest.of(got.getYaml().getBytes(StandardCharsets.UTF_8)).toString())
                .isEqualTo(got.getDigest());
        assertThat(Grpc.refusedBy(() -> policies.getPolicyVersion(GetPolicyVersionRequest.newBuilder()
                                .setName("policies/default/versions/9")
                                .build()))
                        .reason())
                .isEqualTo("NO_SUCH_POLICY");
        assertThat(Grpc.refusedBy(() -> policies.getPolicyVersion(GetPolicyVersionRequest.newBuilder()
                                .setName("default")
                                .build()))
                        .reason())
                .isEqualTo("MALFORMED_NAME");
    }

    @Test
    void aTenantsOverrideIsNamedInItsVerdictsAndInTheLog() {
        long version = Instant.now().getEpochSecond();
        String yaml = """
                schema: revontuli.policy-override.v1
                policy: default
                tenant: guest
                version: %d
                description: Guests may send no addresses.
                categories:
                  personal-data:
                    kinds: {email: {prompt: {block: 0.5}}}
                """.formatted(version);
        PolicyServiceGrpc.PolicyServiceBlockingStub guest = PolicyServiceGrpc.newBlockingStub(Grpc.as("guest"));

        TenantOverride entered = guest.activateTenantOverride(
                ActivateTenantOverrideRequest.newBuilder().setYaml(yaml).build());
        Grpc.Refused milder =
                Grpc.refusedBy(() -> guest.activateTenantOverride(ActivateTenantOverrideRequest.newBuilder()
                        .setYaml(yaml.replace("version: " + version, "version: " + (version + 1))
                                .replace("{block: 0.5}", "{}"))
                        .build()));
        ModerateTextRequest contact = ask(CONTACT).build();
        Verdict theirs = ModerationServiceGrpc.newBlockingStub(Grpc.as("guest"))
                .moderateText(contact)
                .getVerdict();
        Verdict ours = judge(ask(CONTACT)).getVerdict();

        assertThat(entered.getName()).isEqualTo("policies/default/overrides/guest/versions/" + version);
        assertThat(entered.getLoosens()).isFalse();
        assertThat(guest.getTenantOverride(GetTenantOverrideRequest.getDefaultInstance()))
                .isEqualTo(entered);
        assertThat(milder.reason()).isEqualTo("POLICY_LOOSENED");
        assertThat(theirs.getAction()).isEqualTo(Action.ACTION_BLOCK);
        assertThat(theirs.getPolicyOverride()).isEqualTo(entered.getName());
        assertThat(theirs.getPolicyOverrideDigest()).isEqualTo(entered.getDigest());
        assertThat(ours.getAction()).isEqualTo(Action.ACTION_REDACT);
        assertThat(ours.getPolicyOverride()).doesNotContain("guest");
        log.awaitCount(1, "action = 'policy.override_activated' and tenant = 'guest'");
        log.awaitCount(
                1,
                "action = 'moderation.judged' and tenant = 'guest' and digests->>'policy_override' = ?",
                entered.getDigest());
    }

    private static String reason(ModerateTextRequest.Builder request) {
        return Grpc.refusedBy(() -> judge(request)).reason();
    }

    private static String reasonOfBatch(List<String> texts) {
        return Grpc.refusedBy(() -> stub("caller")
                        .batchModerateTexts(BatchModerateTextsRequest.newBuilder()
                                .setDirection(Direction.DIRECTION_PROMPT)
                                .addAllTexts(texts)
                                .build()))
                .reason();
    }

    private static ModerateTextResponse judge(ModerateTextRequest.Builder request) {
        return stub("caller").moderateText(request.build());
    }

    private static ModerateTextRequest.Builder ask(String text) {
        return ModerateTextRequest.newBuilder().setText(text).setDirection(Direction.DIRECTION_PROMPT);
    }

    private static ModerationServiceGrpc.ModerationServiceBlockingStub stub(String who) {
        return ModerationServiceGrpc.newBlockingStub(Grpc.as(who));
    }
}
