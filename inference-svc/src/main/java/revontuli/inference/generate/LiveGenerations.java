package revontuli.inference.generate;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import revontuli.inference.model.VersionName;
import revontuli.platform.fault.Fault;

/// The generations in hand, so that they can be told to end.
public final class LiveGenerations {
    private final Map<String, Live> live = new ConcurrentHashMap<>();

    private record Live(VersionName version, Consumer<Fault> stop) {}

    void enter(Generation generation, Consumer<Fault> stop) {
        live.put(generation.name(), new Live(generation.model().name(), stop));
    }

    void leave(Generation generation) {
        live.remove(generation.name());
    }

    public int count() {
        return live.size();
    }

    /// Ends all: the service stops.
    public void drain() {
        Fault why = new Fault.Unavailable("DRAINING", "this instance is stopping; ask another one", Map.of());
        live.values().forEach(one -> one.stop().accept(why));
    }

    /// Ends those of one version.
    public void stop(VersionName version, String reason) {
        Fault why =
                new Fault.Conflict(reason, version + " may not be used any more", Map.of("model", version.toString()));
        live.values().stream().filter(one -> one.version().equals(version)).forEach(one -> one.stop()
                .accept(why));
    }
}
