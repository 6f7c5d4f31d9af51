package revontuli.cli.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/// What a service loads at its start, prepared by the Java machine (JEP 483, 514) and kept beside its jar: with it
/// a start costs less than half the processor time.
///
/// Three steps, none of which lets anybody wait: a first run records, the cache is made while a second run serves,
/// later runs use it. A rebuilt jar makes recording and cache void.
final class AotCache {
    static final String JAR = "quarkus-run.jar";

    private final Path folder;
    private final List<String> options;
    private final Path jar;
    private final Path recording;
    private final Path freshRecording;
    private final Path cache;
    private final Path freshCache;

    /// @param options everything that follows the AOT options on the command line
    AotCache(Path folder, List<String> options) {
        this.folder = folder;
        this.options = List.copyOf(options);
        this.jar = folder.resolve(JAR);
        this.recording = folder.resolve("app.aotconf");
        this.freshRecording = folder.resolve("app.aotconf.new");
        this.cache = folder.resolve("app.aot");
        this.freshCache = folder.resolve("app.aot.new");
    }

    /// There is a cache of this jar.
    boolean isUsable() {
        return isNewerThanJar(cache);
    }

    /// There is what a cache can be made of, and no cache.
    boolean isRecorded() {
        return !isUsable() && isNewerThanJar(recording);
    }

    /// Options for a start that must use the cache or fail, so that it is never left aside in silence.
    List<String> use() {
        return List.of("-XX:AOTCache=" + cache.getFileName(), "-XX:AOTMode=on");
    }

    List<String> recording() {
        return List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + freshRecording.getFileName());
    }

    /// Called when a process has ended by itself: what it recorded is whole.
    void keepRecording() {
        move(freshRecording, recording);
    }

    /// The program that makes the cache, at the lowest priority.
    ProcessBuilder making() {
        List<String> command = new ArrayList<>(List.of("nice", "-n", "19", JavaProgram.java()));
        command.add("-XX:AOTMode=create");
        command.add("-XX:AOTConfiguration=" + recording.getFileName());
        command.add("-XX:AOTCache=" + freshCache.getFileName());
        command.addAll(options);
        return new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    }

    /// Puts a made cache in place; false if there is none.
    boolean keep() {
        boolean kept = move(freshCache, cache);
        if (kept) {
            delete(recording);
        }
        return kept;
    }

    /// Forgets cache and recording; the next start records anew.
    void drop() {
        List.of(cache, freshCache, recording, freshRecording).forEach(AotCache::delete);
    }

    private boolean isNewerThanJar(Path file) {
        try {
            return Files.isRegularFile(file)
                    && Files.isRegularFile(jar)
                    && Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(jar)) > 0;
        } catch (IOException _) {
            return false; // a start without the cache is only slower, and the start says which mode it got
        }
    }

    private static boolean move(Path from, Path to) {
        try {
            if (!Files.isRegularFile(from) || Files.size(from) == 0) {
                return false;
            }
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (IOException _) {
            return false; // the next start is only as slow as this one was
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException _) {
            return; // it is older than the next jar at the latest, and then void
        }
    }
}
