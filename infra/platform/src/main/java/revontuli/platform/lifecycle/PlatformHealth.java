package revontuli.platform.lifecycle;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;
import revontuli.platform.kafka.Dispatcher;

/// Ready while calls are taken. A broker that is away is shown but does not make the service unready: it goes on
/// working until its outbox is full.
@Readiness
@ApplicationScoped
class PlatformHealth implements HealthCheck {
    private final Calls calls;
    private final Dispatcher dispatcher;

    PlatformHealth(Calls calls, Dispatcher dispatcher) {
        this.calls = calls;
        this.dispatcher = dispatcher;
    }

    @Override
    public HealthCheckResponse call() {
        return HealthCheckResponse.named("revontuli")
                .status(calls.isOpen())
                .withData("broker", dispatcher.brokerAnswers() ? "answers" : "away")
                .build();
    }
}
