package revontuli.inference;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import revontuli.inference.model.LoaderLoop;
import revontuli.inference.model.ServedModels;

/// Ready once everything that was admitted before the start is loaded or has failed to load.
@Readiness
@ApplicationScoped
class ModelsReady implements HealthCheck {
    private final LoaderLoop loop;
    private final ServedModels models;

    ModelsReady(LoaderLoop loop, ServedModels models) {
        this.loop = loop;
        this.models = models;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("models")
                .status(loop.ready())
                .withData("loaded", models.list().size())
                .build();
    }
}
