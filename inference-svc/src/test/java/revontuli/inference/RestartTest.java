package revontuli.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import revontuli.inference.admit.BatchLimits;
import revontuli.inference.admit.BatchMeter;
import revontuli.inference.model.AdmittedVersions;
import revontuli.inference.model.ModelLimits;
import revontuli.inference.model.ModelLoader;
import revontuli.inference.model.ModelOpener;
import revontuli.inference.model.ServedModels;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.audit.Audit;
import revontuli.platform.caller.Caller;
import revontuli.platform.tx.UnitOfWork;
import revontuli.testkit.Backbone;
import revontuli.testkit.TestCallers;

/// What a new run finds in the table is what it serves: a second loader beside the running one stands for it.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "inference"))
@QuarkusTestResource(FakeSafetyPort.class)
class RestartTest {
    @Inject
    TestModels models;

    @Inject
    Records records;

    @Inject
    AdmittedVersions versions;

    @Inject
    ArtifactStore artifacts;

    @Inject
    ModelOpener opener;

    @Inject
    UnitOfWork unit;

    @Inject
    Audit audit;

    @Test
    void newestVersionsThatAreNotRevokedComeBackUpToTheLimit() {
        models.imported("again", 1, models.scripted("one"));
        models.imported("again", 2, models.scripted("two"));
        TestModels.Stored third = models.scripted("three");
        String revoked = models.imported("again", 3, third);
        models.revoke(revoked, third.model(), "approver-a", TestCallers.signingKey("approver-a"));
        records.await("model.unloaded", revoked);
        ServedModels served = new ServedModels();
        ModelLoader nextRun = new ModelLoader(
                new ModelLoader.Tools(
                        versions,
                        artifacts,
                        opener,
                        unit,
                        audit,
                        InstantSource.system(),
                        Caller.service("inference-svc")),
                served,
                new ModelLimits(1, 1, 1 << 30, new BatchLimits(1, 1, Duration.ofSeconds(1))),
                BatchMeter.NONE,
                (name, reason) -> {});

        nextRun.reconcile();

        List<String> names =
                served.list().stream().map(model -> model.name().toString()).toList();
        nextRun.closeAll();
        assertThat(names).isEqualTo(List.of("models/again/versions/2"));
    }
}
