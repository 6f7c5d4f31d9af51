package revontuli.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Context;
import io.grpc.Status;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import revontuli.api.inference.v1.GenerateTextRequest;
import revontuli.api.inference.v1.GenerateTextResponse;
import revontuli.api.inference.v1.ListModelsRequest;
import revontuli.api.inference.v1.ListModelsResponse;
import revontuli.inference.admit.Batcher;
import revontuli.inference.generate.LiveGenerations;
import revontuli.inference.model.Lane;
import revontuli.inference.model.ModelTarget;
import revontuli.inference.model.ServedModels;
import revontuli.testkit.Backbone;
import revontuli.testkit.Eventually;
import revontuli.testkit.LoadGate;
import revontuli.testkit.TestCallers;

/// Many at once, and those who go away.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "inference"))
@QuarkusTestResource(FakeSafetyPort.class)
class LoadTest {
    private static final long PACE_NANOS = 2_000_000;

    @Inject
    TestModels models;

    @Inject
    Records records;

    @Inject
    ServedModels served;

    @Inject
    LiveGenerations live;

    @Inject
    MeterRegistry meters;

    @BeforeEach
    void modelsAreServed() {
        FakeSafety.good();
        if (!models.isServed("models/load/versions/1")) {
            models.imported("load", 1, models.scripted("all of it"));
            models.imported("endless", 1, models.scripted("on and on ", true, PACE_NANOS));
        }
    }

    @Test
    void sixtyFourListsAtOnceAllComeBack() {
        LoadGate.Outcome outcome = LoadGate.run(64, 1_000, Duration.ofSeconds(60), n -> Asking.as("caller")
                .listModels(ListModelsRequest.getDefaultInstance()));

        assertThat(outcome).isEqualTo(new LoadGate.Outcome(1_000, 0, List.of()));
    }

    @Test
    void sixtyFourGenerationsAtOnceAllComeBackWhole() {
        LoadGate.Outcome outcome = LoadGate.run(64, 192, Duration.ofSeconds(60), n -> assertThat(
                        Asking.ask("models/load", "number " + n).text())
                .isEqualTo("all of it"));

        assertThat(outcome).isEqualTo(new LoadGate.Outcome(192, 0, List.of()));
        assertThat(meters.get("revontuli.inference.tokens").counter().count()).isGreaterThan(192);
        assertThat(meters.get("revontuli.inference.queue.time").timer().count()).isGreaterThanOrEqualTo(192);
        assertThat(meters.get("revontuli.inference.first.token.time").timer().count())
                .isGreaterThanOrEqualTo(192);
        Eventually.holds(
                "no slot in use",
                () -> meters.get("revontuli.inference.active.slots").gauge().value() == 0);
    }

    @Test
    void pagesWalkThroughAllModels() {
        List<String> names = new ArrayList<>();
        String token = "";
        do {
            ListModelsResponse page = Asking.as("caller")
                    .listModels(ListModelsRequest.newBuilder()
                            .setPageSize(1)
                            .setPageToken(token)
                            .build());
            page.getModelsList().forEach(model -> names.add(model.getName()));
            token = page.getNextPageToken();
        } while (!token.isEmpty());

        assertThat(names)
                .contains("models/load/versions/1", "models/endless/versions/1")
                .doesNotHaveDuplicates();
        assertThat(names)
                .hasSize(Asking.as("caller")
                        .listModels(ListModelsRequest.newBuilder()
                                .setPageSize(1_000)
                                .build())
                        .getModelsCount());
    }

    @Test
    void cancellationFreesTheSlotAndIsOnRecord() throws Exception {
        Context.CancellableContext call = Context.current().withCancellation();
        call.call(() -> {
            Iterator<GenerateTextResponse> answers =
                    Asking.as("caller").generateText(endless().build());
            assertThat(answers.next().getText()).isNotEmpty();
            return true;
        });
        assertThat(batcher().load()).isEqualTo(1);

        call.cancel(null);

        Eventually.holds("the slot is free", () -> batcher().load() == 0);
        assertThat(lastOf("generation.cancelled").fact("released_chars")).isNotEqualTo("0");
    }

    @Test
    void deadlineEndsTheGeneration() {
        long before = count("generation.cancelled");

        Status.Code code = Asking.codeOf(() -> Asking.as("caller")
                .withDeadlineAfter(300, TimeUnit.MILLISECONDS)
                .generateText(endless().build())
                .forEachRemaining(answer -> {}));

        assertThat(code).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        Eventually.holds("the slot is free", () -> batcher().load() == 0);
        Eventually.holds("the record", () -> count("generation.cancelled") > before);
    }

    @Test
    void whoFindsNoPlaceIsToldToComeBack() throws InterruptedException {
        List<Batcher.Place> places = new ArrayList<>();
        try (ServedModels.Lease lease = served.lease(new ModelTarget.Newest("load"), Lane.SERVE)) {
            int all = lease.model().facts().slots() + 64;
            for (int i = 0; i < all; i++) {
                places.add(lease.model().batcher().reserve("tenant-" + i));
            }

            Asking.Failed failed =
                    Asking.fail(Asking.request("models/load", "one more").build());

            assertThat(failed.refused().code()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(failed.refused().reason()).isEqualTo("QUEUE_FULL");
        } finally {
            places.forEach(Batcher.Place::close);
        }
    }

    @Test
    void stoppingServiceTellsRunningGenerationsAndWritesTheirEnd() {
        Iterator<GenerateTextResponse> answers =
                Asking.as("caller").generateText(endless().build());
        assertThat(answers.next().getText()).isNotEmpty();

        live.drain();

        Asking.Failed failed = Asking.rest(answers);
        assertThat(failed.refused().code()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(failed.refused().reason()).isEqualTo("DRAINING");
        assertThat(lastOf("generation.interrupted").fact("reason")).isEqualTo("DRAINING");
    }

    @Test
    void revocationEndsWhatRunsOnTheVersion() {
        TestModels.Stored stored = models.scripted("bad and bad ", true, PACE_NANOS);
        String name = models.imported("recalled", 1, stored);
        Iterator<GenerateTextResponse> answers = Asking.as("caller")
                .generateText(Asking.request(name, "go").setMaxTokens(2_000).build());
        assertThat(answers.next().getText()).isNotEmpty();

        models.revoke(name, stored.model(), "approver-a", TestCallers.signingKey("approver-a"));

        Asking.Failed failed = Asking.rest(answers);
        assertThat(failed.refused().reason()).isEqualTo("MODEL_REVOKED");
        Eventually.holds("the record", () -> records.all().stream()
                .anyMatch(seen -> seen.action().equals("generation.interrupted")
                        && seen.fact("reason").equals("MODEL_REVOKED")));
    }

    private static GenerateTextRequest.Builder endless() {
        return Asking.request("models/endless", "go").setMaxTokens(2_000);
    }

    private Batcher batcher() {
        try (ServedModels.Lease lease = served.lease(new ModelTarget.Newest("endless"), Lane.SERVE)) {
            return lease.model().batcher();
        }
    }

    private long count(String action) {
        return records.all().stream()
                .filter(seen -> seen.action().equals(action))
                .count();
    }

    private Records.Seen lastOf(String action) {
        return Eventually.get(action, () -> records.all().stream()
                .filter(seen -> seen.action().equals(action))
                .filter(seen -> seen.fact("model").equals("models/endless/versions/1"))
                .reduce((a, b) -> b));
    }
}
