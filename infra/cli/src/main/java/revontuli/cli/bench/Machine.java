package revontuli.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Where and when something was measured, and of which commit.
///
/// @param processor its model as the system names it, `unknown` where it does not
/// @param load average of the last minute when the measurement began, -1 where the system does not tell
/// @param commit with `, changed` behind it when the tree held changes that no commit has; `unknown` without git
public record Machine(
        String processor,
        int cores,
        long memoryMebibytes,
        double load,
        String system,
        String java,
        String commit,
        Instant date) {
    private static final String UNKNOWN = "unknown";
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final Path LOAD = Path.of("/proc/loadavg");
    private static final int GIT_SECONDS_MAX = 20;

    /// This machine, now.
    ///
    /// @param root the project's folder
    public static Machine here(Path root) {
        return new Machine(
                value(PROCESSORS, "model name"),
                Runtime.getRuntime().availableProcessors(),
                mebibytes(value(MEMORY, "MemTotal")),
                minuteLoad(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                System.getProperty("java.vendor.version", "") + " " + Runtime.version(),
                head(root),
                Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }

    public ObjectNode json() {
        return new ObjectMapper()
                .createObjectNode()
                .put("processor", processor)
                .put("cores", cores)
                .put("memory_mib", memoryMebibytes)
                .put("load_before", load)
                .put("system", system)
                .put("java", java)
                .put("commit", commit)
                .put("date", date.toString());
    }

    /// For people, as a Markdown list.
    public List<String> lines() {
        return List.of(
                "- machine: %s, %d cores, %d MiB of memory, %s".formatted(processor, cores, memoryMebibytes, system),
                "- load average of the minute before: " + (load < 0 ? UNKNOWN : Double.toString(load)),
                "- Java of the client: " + java,
                "- commit: " + commit,
                "- date: " + date);
    }

    /// The value behind the first line `name : value` of a file of the system.
    static String value(Path file, String name) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name) && line.indexOf(':') > 0)
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse(UNKNOWN);
        } catch (IOException _) {
            return UNKNOWN; // another kind of system
        }
    }

    private static long mebibytes(String kibibytes) {
        String digits = kibibytes.replace("kB", "").strip();
        return digits.matches("\\d+") ? Long.parseLong(digits) / 1024 : 0;
    }

    private static double minuteLoad() {
        try {
            return Double.parseDouble(Files.readString(LOAD).split(" ", 2)[0]);
        } catch (IOException | NumberFormatException _) {
            return -1;
        }
    }

    private static String head(Path root) {
        String commit = git(root, "rev-parse", "HEAD");
        if (commit.isEmpty()) {
            return UNKNOWN;
        }
        return git(root, "status", "--porcelain", "--untracked-files=no").isEmpty() ? commit : commit + ", changed";
    }

    private static String git(Path root, String... words) {
        try {
            Process git = new ProcessBuilder(
                            Stream.concat(Stream.of("git"), Stream.of(words)).toList())
                    .directory(root.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String text = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return git.waitFor(GIT_SECONDS_MAX, TimeUnit.SECONDS) && git.exitValue() == 0 ? text : "";
        } catch (IOException _) {
            return ""; // no git here, or no repository
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
