package revontuli.cli.stack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A service on the Java machine that runs this launcher, from an AOT cache once there is one.
///
/// A cache fits only the options it was made with, so there is one set of them for recording, making and use.
final class JavaProgram implements Program {
    private static final String PLAIN = "JVM";

    private final Path folder;
    private final String heap;
    private final List<String> program;
    private final Optional<AotCache> cache;
    private final boolean record;
    private String mode = PLAIN;
    private boolean fromCache;

    /// A packaged service: the folder with `quarkus-run.jar`.
    ///
    /// @param record take down what it loads, for a cache, if it has none
    static JavaProgram packaged(Path folder, String heap, boolean record) {
        List<String> program = List.of("-jar", AotCache.JAR);
        return new JavaProgram(
                folder, heap, program, Optional.of(new AotCache(folder, options(heap, program))), record);
    }

    JavaProgram(Path folder, String heap, List<String> program) {
        this(folder, heap, program, Optional.empty(), false);
    }

    private JavaProgram(Path folder, String heap, List<String> program, Optional<AotCache> cache, boolean record) {
        this.folder = folder;
        this.heap = heap;
        this.program = List.copyOf(program);
        this.cache = cache;
        this.record = record;
    }

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public List<String> command(Path settings) {
        List<String> command = new ArrayList<>();
        command.add(java());
        command.add("-Dquarkus.config.locations=" + settings.toUri());
        command.addAll(startOptions());
        command.addAll(options(heap, program));
        return command;
    }

    @Override
    public String mode() {
        return mode;
    }

    @Override
    public void ended(boolean whole) {
        if (whole) {
            cache.ifPresent(AotCache::keepRecording);
        }
    }

    @Override
    public Optional<String> retreat(String firstError) {
        if (!fromCache || !firstError.contains("AOT cache")) {
            return Optional.empty();
        }
        cache.ifPresent(AotCache::drop);
        return Optional.of("its AOT cache does not fit and is dropped: " + firstError);
    }

    @Override
    public Optional<AotCache> toImprove() {
        return cache.filter(AotCache::isRecorded);
    }

    private List<String> startOptions() {
        fromCache = cache.filter(AotCache::isUsable).isPresent();
        if (fromCache) {
            mode = "JVM with AOT cache";
            return cache.orElseThrow().use();
        }
        if (cache.filter(AotCache::isRecorded).isPresent()) {
            mode = "JVM; its AOT cache is made while it runs";
            return List.of();
        }
        if (record && cache.isPresent()) {
            mode = "JVM, recording for an AOT cache";
            return cache.get().recording();
        }
        mode = cache.isPresent() ? "JVM without AOT cache" : PLAIN;
        return List.of();
    }

    private static List<String> options(String heap, List<String> program) {
        List<String> options = new ArrayList<>(JavaFlags.of(heap));
        options.addAll(program);
        return options;
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
