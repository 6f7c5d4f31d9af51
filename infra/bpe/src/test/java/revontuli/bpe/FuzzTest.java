package revontuli.bpe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Jazzer looks for inputs that break what must hold, from the kept corpus on, in a process of its own: a crash is
/// found, not suffered. `-Drevontuli.fuzz.seconds=N` looks longer, `-Drevontuli.fuzz.runs=N` ends after N inputs,
/// `-Drevontuli.fuzz.seed=0` goes another way each time; without it the same tree is looked at in the same way.
class FuzzTest {
    private static final int SECONDS = Integer.getInteger("revontuli.fuzz.seconds", 10);
    private static final long RUNS = Long.getLong("revontuli.fuzz.runs", -1);
    private static final long SEED = Long.getLong("revontuli.fuzz.seed", 20_261_125);
    private static final Path CORPUS = Path.of("src", "test", "fuzz");
    private static final String DICTIONARY = "tokenizer-json.dict";

    @ParameterizedTest
    @ValueSource(classes = {FuzzedRoundTrip.class, FuzzedStreams.class, FuzzedReference.class, FuzzedFile.class})
    void noInputBreaksWhatMustHold(Class<?> target) throws Exception {
        String name = target.getSimpleName().replace("Fuzzed", "").toLowerCase(Locale.ROOT);
        Path found = Files.createDirectories(Path.of("target", "fuzz", name));
        Path log = found.resolveSibling(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(command(target, found, CORPUS.resolve(name)))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("OPT_OUT_TRACKING", "true"); // the reference's binding would call home
        Process process = builder.start();
        try {
            boolean ended = RUNS > 0 || process.waitFor(SECONDS + 180L, TimeUnit.SECONDS);
            assertThat(ended).as("still running after its time: " + log).isTrue();
            assertThat(process.waitFor()).as(() -> end(log)).isZero();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readString(log)).contains("cov: ");
    }

    private static List<String> command(Class<?> target, Path found, Path kept) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:+EnableDynamicAgentLoading",
                "-Xshare:off",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.getName(),
                "--instrumentation_includes=revontuli.bpe.**",
                "-artifact_prefix=" + found.resolveSibling(found.getFileName() + "-"),
                "--reproducer_path=" + found.getParent(),
                "-max_len=1024",
                "-timeout=120",
                "-seed=" + SEED,
                "-print_final_stats=1"));
        command.add(RUNS > 0 ? "-runs=" + RUNS : "-max_total_time=" + SECONDS);
        if (target == FuzzedFile.class) {
            command.add("-dict=" + CORPUS.resolve(DICTIONARY));
        }
        command.add(found.toString());
        command.add(kept.toString());
        return command;
    }

    private static String end(Path log) {
        try {
            String all = Files.readString(log);
            int find = all.indexOf("\n== ");
            int from = find >= 0 ? find : Math.max(0, all.length() - 4000);
            return log + ": " + all.substring(from, Math.min(all.length(), from + 4000));
        } catch (IOException e) {
            return log + ": " + e.getMessage();
        }
    }
}
