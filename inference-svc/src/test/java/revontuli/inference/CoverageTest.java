package revontuli.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.MethodDescriptor;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import revontuli.api.inference.v1.InferenceServiceGrpc;
import revontuli.api.inference.v1.LoadCandidateRequest;
import revontuli.api.inference.v1.Receipt;
import revontuli.api.inference.v1.ReplayGenerationRequest;
import revontuli.api.inference.v1.ScoreTextRequest;
import revontuli.contracts.Topic;
import revontuli.testkit.Backbone;
import revontuli.testkit.Eventually;
import revontuli.testkit.TestCallers;

/// Nothing this service does is silent: every method and every event it takes leaves a record, or stands here with
/// the reason why not.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "inference"))
@QuarkusTestResource(FakeSafetyPort.class)
class CoverageTest {
    private static final Map<String, String> SILENT = Map.of("ListModels", "a look at what is loaded changes nothing");

    @Inject
    TestModels models;

    @Inject
    Records records;

    private final Map<String, Runnable> acts = Map.of(
            "GenerateText",
            () -> Asking.ask("models/covered", "hello"),
            "ReplayGeneration",
            this::replay,
            "ScoreText",
            () -> Asking.as("evaluator")
                    .scoreText(ScoreTextRequest.newBuilder()
                            .setModel("models/covered")
                            .setContinuation("x")
                            .build()),
            "LoadCandidate",
            () -> Asking.as("evaluator")
                    .loadCandidate(LoadCandidateRequest.newBuilder()
                            .setName("models/covered-candidate/versions/1")
                            .setDigest(models.scripted("candidate").model().toString())
                            .setPurpose("coverage")
                            .build()),
            TestModels.IMPORTED,
            () -> models.imported("covered", 2, models.scripted("two")),
            TestModels.PROMOTED,
            () -> models.announce(
                    TestModels.PROMOTED,
                    "models/covered/versions/3",
                    models.scripted("three").model(),
                    models.scripted("no bundle").model()),
            TestModels.REVOKED,
            () -> models.revoke(
                    "models/covered/versions/9",
                    models.scripted("nine").model(),
                    "approver-a",
                    TestCallers.signingKey("approver-a")));

    @BeforeEach
    void aModelIsServed() {
        FakeSafety.good();
        if (!models.isServed("models/covered/versions/1")) {
            models.imported("covered", 1, models.scripted("one"));
        }
    }

    /// Records of acts, without those that only count calls.
    private long acts() {
        return records.all().stream()
                .filter(seen -> !seen.action().startsWith("call."))
                .count();
    }

    private void replay() {
        FakeLog.holds(records::leaves);
        Receipt receipt = Asking.ask("models/covered", "hello").last().getReceipt();
        records.awaitCount(receipt.getGeneration(), 2);
        Asking.as("caller")
                .replayGeneration(ReplayGenerationRequest.newBuilder()
                        .setGeneration(receipt.getGeneration())
                        .setPrompt("hello")
                        .setSalt(receipt.getPrompt().getSalt())
                        .build());
        records.await("generation.replayed", receipt.getGeneration());
    }

    @Test
    void everyMethodAndEventLeavesARecord() {
        Set<String> all = InferenceServiceGrpc.getServiceDescriptor().getMethods().stream()
                .map(MethodDescriptor::getBareMethodName)
                .collect(Collectors.toCollection(HashSet::new));
        Topic.all().stream()
                .filter(topic -> topic.name().equals(TestModels.TOPIC))
                .forEach(topic -> all.addAll(topic.types()));
        all.removeAll(SILENT.keySet());

        assertThat(acts.keySet()).isEqualTo(all);
        acts.forEach((name, act) -> {
            long before = acts();
            act.run();
            Eventually.holds("a record of " + name, () -> acts() > before);
        });
    }
}
