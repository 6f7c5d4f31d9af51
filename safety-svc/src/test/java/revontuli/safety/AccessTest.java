package revontuli.safety;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import revontuli.api.safety.v1.ActivateTenantOverrideRequest;
import revontuli.api.safety.v1.AuditLogServiceGrpc;
import revontuli.api.safety.v1.BatchModerateTextsRequest;
import revontuli.api.safety.v1.CreateApiKeyRequest;
import revontuli.api.safety.v1.CreateApiKeyResponse;
import revontuli.api.safety.v1.DecideReviewRequest;
import revontuli.api.safety.v1.Direction;
import revontuli.api.safety.v1.EraseSubjectRequest;
import revontuli.api.safety.v1.ExportRecordsRequest;
import revontuli.api.safety.v1.GetLineageRequest;
import revontuli.api.safety.v1.GetReceiptRequest;
import revontuli.api.safety.v1.GetReviewRequest;
import revontuli.api.safety.v1.GetStateAsOfRequest;
import revontuli.api.safety.v1.Hold;
import revontuli.api.safety.v1.KeyServiceGrpc;
import revontuli.api.safety.v1.ModerateDialogueRequest;
import revontuli.api.safety.v1.ModerateStreamRequest;
import revontuli.api.safety.v1.ModerateTextRequest;
import revontuli.api.safety.v1.ModerationServiceGrpc;
import revontuli.api.safety.v1.PlaceHoldRequest;
import revontuli.api.safety.v1.PolicyServiceGrpc;
import revontuli.api.safety.v1.PrivacyServiceGrpc;
import revontuli.api.safety.v1.PruneRecordsRequest;
import revontuli.api.safety.v1.QueryRecordsRequest;
import revontuli.api.safety.v1.ReleaseHoldRequest;
import revontuli.api.safety.v1.ReviewDecision;
import revontuli.api.safety.v1.ReviewServiceGrpc;
import revontuli.api.safety.v1.RevokeApiKeyRequest;
import revontuli.api.safety.v1.StreamStart;
import revontuli.testkit.Backbone;
import revontuli.testkit.Grpc;
import revontuli.testkit.TestCallers;

/// Every method of the API, found through its descriptors: closed without a key and without a role, and never silent
/// when it does something.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "safety"))
@QuarkusTestResource(LedgerKeys.class)
class AccessTest {
    private static final Set<String> NOT_BUILT = Set.of("StartRedTeamRun");

    @Inject
    LogView log;

    /// What a method answered: its messages and how it ended.
    private record Answer(List<Message> messages, Status status, String reason) {}

    static Stream<MethodDescriptor<?, ?>> methods() {
        return Stream.of(
                        AuditLogServiceGrpc.getServiceDescriptor(),
                        KeyServiceGrpc.getServiceDescriptor(),
                        ModerationServiceGrpc.getServiceDescriptor(),
                        PolicyServiceGrpc.getServiceDescriptor(),
                        PrivacyServiceGrpc.getServiceDescriptor(),
                        ReviewServiceGrpc.getServiceDescriptor())
                .map(ServiceDescriptor::getMethods)
                .flatMap(java.util.Collection::stream);
    }

    @ParameterizedTest
    @MethodSource("methods")
    void nobodyGetsInWithoutAKeyOrARole(MethodDescriptor<?, ?> method) {
        Message empty = defaultRequest(method);

        assertThat(call(Grpc.anonymous(), method, empty).reason()).isEqualTo("KEY_MISSING");
        assertThat(call(Grpc.withKey("rvk_short"), method, empty).reason()).isEqualTo("KEY_MALFORMED");
        assertThat(call(Grpc.withKey(TestCallers.apiKey("somebody else")), method, empty)
                        .reason())
                .isEqualTo("KEY_UNKNOWN");
        Answer refused = call(Grpc.as("nobody"), method, empty);
        assertThat(refused.status().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(refused.reason()).isEqualTo("ROLE_MISSING");
    }

    @Test
    void whatIsNotBuiltSaysSoToWhoMayCallIt() {
        TreeSet<String> notBuilt = new TreeSet<>();
        methods().forEach(method -> {
            for (String who : List.of("auditor", "operator", "reviewer")) {
                if (call(Grpc.as(who), method, defaultRequest(method)).status().getCode()
                        == Status.Code.UNIMPLEMENTED) {
                    notBuilt.add(nameOf(method));
                }
            }
        });

        assertThat(notBuilt).containsExactlyInAnyOrderElementsOf(NOT_BUILT);
    }

    /// Walks all methods that may change something or read the log in bulk; a new one fails here until it has a
    /// request below and leaves a record.
    @Test
    void noActIsSilent() {
        CreateApiKeyResponse key = KeyServiceGrpc.newBlockingStub(Grpc.as("operator"))
                .createApiKey(CreateApiKeyRequest.newBuilder()
                        .setPrincipal("users/to-be-revoked")
                        .addRoles("caller")
                        .build());
        String subject = "generations/" + UUID.randomUUID();
        String judged = "generations/" + UUID.randomUUID();
        ModerationServiceGrpc.newBlockingStub(Grpc.as("caller"))
                .moderateText(ModerateTextRequest.newBuilder()
                        .setText("x")
                        .setSubject(judged)
                        .setDirection(Direction.DIRECTION_PROMPT)
                        .build());
        log.awaitCount(1, "subject = ?", judged);
        Map<String, Act> more = Map.of(
                "GetReceipt",
                new Act(
                        "caller",
                        "audit.receipt_made",
                        GetReceiptRequest.newBuilder().setName(judged).build()),
                "GetLineage",
                new Act(
                        "caller",
                        "audit.lineage_walked",
                        GetLineageRequest.newBuilder().setSubject(judged).build()),
                "GetStateAsOf",
                new Act(
                        "caller",
                        "audit.state_asked",
                        GetStateAsOfRequest.newBuilder()
                                .setTime(Timestamp.newBuilder().setSeconds(1_700_000_000))
                                .build()));
        Map<String, Act> acts = new HashMap<>(more);
        acts.putAll(privacyActs());
        acts.put("ActivateTenantOverride", overrideAct());
        acts.putAll(reviewActs());
        acts.putAll(Map.of(
                "CreateApiKey",
                new Act(
                        "operator",
                        "apikey.created",
                        CreateApiKeyRequest.newBuilder()
                                .setPrincipal("users/new")
                                .addRoles("caller")
                                .build()),
                "RevokeApiKey",
                new Act(
                        "operator",
                        "apikey.revoked",
                        RevokeApiKeyRequest.newBuilder()
                                .setName(key.getApiKey().getName())
                                .build()),
                "ModerateText",
                new Act(
                        "caller",
                        "moderation.judged",
                        ModerateTextRequest.newBuilder()
                                .setText("x")
                                .setDirection(Direction.DIRECTION_PROMPT)
                                .build()),
                "BatchModerateTexts",
                new Act(
                        "caller",
                        "moderation.batch_judged",
                        BatchModerateTextsRequest.newBuilder()
                                .addTexts("x")
                                .setDirection(Direction.DIRECTION_PROMPT)
                                .build()),
                "ModerateDialogue",
                new Act(
                        "caller",
                        "moderation.judged",
                        ModerateDialogueRequest.newBuilder()
                                .addTurns("x")
                                .setDirection(Direction.DIRECTION_PROMPT)
                                .build()),
                "ModerateStream",
                new Act(
                        "caller",
                        "moderation.judged",
                        ModerateStreamRequest.newBuilder()
                                .setStart(StreamStart.newBuilder()
                                        .setSubject(subject)
                                        .setDirection(Direction.DIRECTION_OUTPUT))
                                .setEnd(true)
                                .build()),
                "QueryRecords",
                new Act("auditor", "audit.queried", QueryRecordsRequest.getDefaultInstance()),
                "ExportRecords",
                new Act("auditor", "audit.exported", ExportRecordsRequest.getDefaultInstance())));
        assertThat(methods().filter(AccessTest::mayAct).map(AccessTest::nameOf))
                .as("methods that are not declared free of effects")
                .containsExactlyInAnyOrderElementsOf(acts.keySet());

        methods().filter(AccessTest::mayAct).forEach(method -> {
            Act act = Objects.requireNonNull(acts.get(nameOf(method)));
            long before = log.count("action = ?", act.record());
            Answer answer = call(Grpc.as(act.who()), method, act.request());
            assertThat(answer.status().isOk()).as(method + ": " + answer).isTrue();
            log.awaitCount(before + 1, "action = ?", act.record());
        });
    }

    /// One that says nothing.
    private static Act overrideAct() {
        String yaml = """
                schema: revontuli.policy-override.v1
                policy: default
                tenant: guest
                version: %d
                description: Nothing.
                categories: {}
                """.formatted(Instant.now().getEpochSecond());
        return new Act(
                "guest",
                "policy.override_activated",
                ActivateTenantOverrideRequest.newBuilder().setYaml(yaml).build());
    }

    private static Map<String, Act> privacyActs() {
        String subject = "generations/" + UUID.randomUUID();
        ModerationServiceGrpc.newBlockingStub(Grpc.as("caller"))
                .moderateText(ModerateTextRequest.newBuilder()
                        .setText("x")
                        .setDirection(Direction.DIRECTION_PROMPT)
                        .setSubject(subject)
                        .setCommit(true)
                        .build());
        PlaceHoldRequest place = PlaceHoldRequest.newBuilder()
                .setTenant("demo")
                .setSubject("generations/held")
                .setReason("a case")
                .build();
        Hold placed = PrivacyServiceGrpc.newBlockingStub(Grpc.as("auditor")).placeHold(place);
        return Map.of(
                "EraseSubject",
                new Act(
                        "operator",
                        "subject.erased",
                        EraseSubjectRequest.newBuilder()
                                .setSubject(subject)
                                .setReason("asked for")
                                .setLegalBasis("gdpr-art-17")
                                .build()),
                "PlaceHold",
                new Act("auditor", "hold.placed", place),
                "PruneRecords",
                new Act("auditor", "ledger.pruned", PruneRecordsRequest.getDefaultInstance()),
                "ReleaseHold",
                new Act(
                        "auditor",
                        "hold.released",
                        ReleaseHoldRequest.newBuilder()
                                .setName(placed.getName())
                                .build()));
    }

    private static Map<String, Act> reviewActs() {
        String name = ReviewTest.refuse("generations/" + UUID.randomUUID()).getReview();
        return Map.of(
                "GetReview",
                new Act(
                        "reviewer",
                        "review.shown",
                        GetReviewRequest.newBuilder().setName(name).build()),
                "DecideReview",
                new Act(
                        "reviewer",
                        "review.decided",
                        DecideReviewRequest.newBuilder()
                                .setName(name)
                                .setDecision(ReviewDecision.REVIEW_DECISION_BLOCK)
                                .build()));
    }

    private record Act(String who, String record, Message request) {}

    /// Batches are judged without effect but leave a record all the same. Another policy in force would change what the
    /// other tests see: `PolicyShelfTest` activates one.
    private static boolean mayAct(MethodDescriptor<?, ?> method) {
        ProtoMethodDescriptorSupplier schema = (ProtoMethodDescriptorSupplier) method.getSchemaDescriptor();
        boolean free = schema != null
                && schema.getMethodDescriptor().getOptions().hasIdempotencyLevel()
                && !nameOf(method).equals("BatchModerateTexts");
        boolean activates = nameOf(method).equals("ActivatePolicyVersion");
        return !free && !activates && !NOT_BUILT.contains(nameOf(method));
    }

    private static Message defaultRequest(MethodDescriptor<?, ?> method) {
        MethodDescriptor.ReflectableMarshaller<?> marshaller =
                (MethodDescriptor.ReflectableMarshaller<?>) method.getRequestMarshaller();
        return (Message)
                Objects.requireNonNull(((MethodDescriptor.PrototypeMarshaller<?>) marshaller).getMessagePrototype());
    }

    private static String nameOf(MethodDescriptor<?, ?> method) {
        return Objects.requireNonNull(method.getBareMethodName());
    }

    @SuppressWarnings("unchecked") // all methods speak protobuf
    private static Answer call(Channel channel, MethodDescriptor<?, ?> method, Message request) {
        MethodDescriptor<Message, Message> any = (MethodDescriptor<Message, Message>) method;
        ClientCall<Message, Message> call =
                channel.newCall(any, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS));
        List<Message> messages = new ArrayList<>();
        CompletableFuture<Answer> end = new CompletableFuture<>();
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(Message message) {
                        messages.add(message);
                        call.request(1);
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        String reason = Grpc.Refused.of(status.asRuntimeException(trailers))
                                .reason();
                        end.complete(new Answer(messages, status, reason));
                    }
                },
                new Metadata());
        call.request(1);
        call.sendMessage(request);
        call.halfClose();
        return end.join();
    }
}
