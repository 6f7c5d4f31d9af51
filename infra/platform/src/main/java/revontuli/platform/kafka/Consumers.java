package revontuli.platform.kafka;

import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import revontuli.contracts.Topic;
import revontuli.platform.PlatformConfig;
import revontuli.platform.event.EventHandler;
import revontuli.platform.tx.UnitOfWork;

/// All loops of this service, one a handler whose topic it is listed for.
@ApplicationScoped
public class Consumers {
    private final List<EventLoop> loops;

    Consumers(
            @All List<EventHandler> handlers,
            KafkaClients clients,
            DeadLetters deadLetters,
            UnitOfWork unit,
            PlatformConfig config) {
        this.loops = handlers.stream()
                .filter(handler -> listed(handler.topic(), config.service()))
                .map(handler -> new EventLoop(handler, clients, deadLetters, unit, config))
                .toList();
    }

    /// A service reads a topic only if the list of topics says so; the broker's rights follow the same list.
    private static boolean listed(String topic, String service) {
        return Topic.all().stream()
                .anyMatch(
                        entry -> entry.name().equals(topic) && entry.consumers().contains(service));
    }

    public void start() {
        loops.forEach(EventLoop::start);
    }

    /// Finishes the records in hand and takes no others.
    public void stop(Duration patience) throws InterruptedException {
        loops.forEach(EventLoop::stop);
        for (EventLoop loop : loops) {
            loop.awaitStopped(patience);
        }
    }
}
