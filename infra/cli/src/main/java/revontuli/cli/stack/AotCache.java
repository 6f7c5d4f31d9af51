package revontuli.cli.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

/// What a service loaded in an earlier run, kept beside its jar: with it a start costs about half the processor time.
///
/// The JVM writes it after the end of a run that recorded; it is used only whole and only for the jar it was made from.
final class AotCache {
    private static final Duration WRITING_MAX = Duration.ofMinutes(3);

    private final ServiceSpec spec;
    private final Path cache;
    private final Path fresh;

    AotCache(ServiceSpec spec) {
        this.spec = spec;
        this.cache = spec.folder().resolve("app.aot");
        this.fresh = spec.folder().resolve("app.aot.new");
    }

    /// JVM options for the next start: use the cache, or record for one.
    List<String> options() {
        if (isUsable()) {
            return List.of("-XX:AOTCache=" + cache.getFileName());
        }
        return spec.train() ? List.of("-XX:AOTCacheOutput=" + fresh.getFileName()) : List.of();
    }

    /// How long a stop may take when the JVM writes a cache at its end.
    Duration stopLimit(Duration usual) {
        return spec.train() ? WRITING_MAX : usual;
    }

    /// Called when the process has ended by itself: what it wrote is whole.
    void keep() {
        try {
            if (Files.isRegularFile(fresh) && Files.size(fresh) > 0) {
                Files.move(fresh, cache, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException _) {
            return; // the next start is only as slow as this one was
        }
    }

    private boolean isUsable() {
        Path jar = spec.folder().resolve("quarkus-run.jar");
        try {
            return Files.isRegularFile(cache)
                    && Files.isRegularFile(jar)
                    && Files.getLastModifiedTime(cache).compareTo(Files.getLastModifiedTime(jar)) > 0;
        } catch (IOException _) {
            return false; // a start without the cache is only slower
        }
    }
}
