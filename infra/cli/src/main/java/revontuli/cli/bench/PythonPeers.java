package revontuli.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import revontuli.cli.CliException;

/// Libraries of a Python environment, in one process that is asked line by line (`infra/bench/tokenizer_peers.py`).
final class PythonPeers implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final long PROBE_SECONDS_MAX = 60;

    private final Process process;
    private final BufferedWriter in;
    private final BufferedReader out;
    private final Path folder;

    PythonPeers(Path root, Path python, Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
            process = new ProcessBuilder(
                            python.toString(),
                            root.resolve("infra/bench/tokenizer_peers.py").toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw CliException.refused("cannot start " + python + ": " + e.getMessage());
        }
        in = process.outputWriter(StandardCharsets.UTF_8);
        out = process.inputReader(StandardCharsets.UTF_8);
    }

    /// The first of these that has both packages: the one that was named, `target/bench-python` of the project, the
    /// machine's own.
    static Optional<Path> find(Path root, @Nullable Path named) {
        if (named != null) {
            return Optional.of(named);
        }
        return Stream.of(root.resolve("target/bench-python/bin/python"), Path.of("python3"))
                .filter(PythonPeers::hasPackages)
                .findFirst();
    }

    private static boolean hasPackages(Path python) {
        try {
            Process process = new ProcessBuilder(python.toString(), "-c", "import tokenizers, tiktoken")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(PROBE_SECONDS_MAX, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException _) {
            return false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// A library with a vocabulary.
    ///
    /// @param kind `tokenizers` with a `tokenizer.json`, or `tiktoken` with a file of ranks
    TokenizerPeer peer(String kind, byte[] vocabulary) {
        Path file = folder.resolve(kind + "-" + Math.abs(Arrays.hashCode(vocabulary)));
        try {
            Files.write(file, vocabulary);
        } catch (IOException e) {
            throw CliException.refused("cannot write " + file + ": " + e.getMessage());
        }
        String version = ask(Map.of("do", "open", "kind", kind, "file", file.toString()))
                .path("version")
                .asText();
        return new TokenizerPeer() {
            @Override
            public String name() {
                return kind;
            }

            @Override
            public String version() {
                return version;
            }

            @Override
            public boolean isHuggingFace() {
                return kind.equals("tokenizers");
            }

            @Override
            public void cool() {
                ask(Map.of("do", "open", "kind", kind, "file", file.toString()));
            }

            @Override
            public Run encode(List<String> documents) {
                JsonNode answer =
                        ask(Map.of("do", "encode", "kind", kind, "file", file.toString(), "documents", documents));
                return new Run(
                        answer.path("seconds").asDouble(),
                        answer.path("ids").asLong(),
                        answer.path("digest").asText());
            }

            @Override
            public void close() {
                // ends with the process
            }
        };
    }

    private JsonNode ask(Map<String, Object> question) {
        try {
            in.write(JSON.writeValueAsString(question));
            in.newLine();
            in.flush();
            String answer = out.readLine();
            if (answer == null) {
                throw CliException.refused("the Python process ended: are tokenizers and tiktoken installed there?");
            }
            return JSON.readTree(answer);
        } catch (IOException e) {
            throw CliException.refused("the Python process does not answer: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
