package revontuli.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import revontuli.cli.CliException;

/// What the demo shows: sentences, prompts, data sets and a job, as files beside the command line.
public final class DemoFiles {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path dist;

    private DemoFiles(Path dist) {
        this.dist = dist;
    }

    public static DemoFiles find() {
        String root = System.getProperty("revontuli.root", "");
        Path dist = Path.of(root, "infra", "cli", "src", "main", "dist");
        if (root.isEmpty() || !dist.toFile().isDirectory()) {
            throw CliException.refused("the demo's files are missing: start through infra/revontuli");
        }
        return new DemoFiles(dist);
    }

    /// A text in a language.
    record Sample(String language, String text) {}

    /// A prompt that must be refused, and why.
    public record Forbidden(String kind, String prompt) {}

    /// A data set with its facts.
    record Data(String name, String language, Path file, String license, String origin) {}

    Path job() {
        return dist.resolve("demo").resolve("job.json");
    }

    List<Sample> sentences() {
        return samples("encode", "text");
    }

    List<Sample> prompts() {
        return samples("generate", "prompt");
    }

    /// Each kind that the policy refuses.
    public List<Forbidden> forbidden() {
        List<Forbidden> all = new ArrayList<>();
        for (JsonNode item : read("prompts.json").path("refused")) {
            all.add(new Forbidden(
                    item.path("kind").asText().replace('_', ' '),
                    item.path("prompt").asText()));
        }
        return all;
    }

    List<Data> datasets() {
        List<Data> all = new ArrayList<>();
        for (JsonNode item : read("datasets.json").path("datasets")) {
            all.add(new Data(
                    item.path("name").asText(),
                    item.path("language").asText(),
                    dist.resolve(item.path("file").asText()),
                    item.path("license").asText(),
                    item.path("origin").asText()));
        }
        return all;
    }

    private List<Sample> samples(String list, String field) {
        List<Sample> all = new ArrayList<>();
        for (JsonNode item : read("prompts.json").path(list)) {
            all.add(new Sample(item.path("language").asText(), item.path(field).asText()));
        }
        return all;
    }

    private JsonNode read(String name) {
        Path file = dist.resolve("demo").resolve(name);
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw CliException.refused("cannot read " + file + ": " + e.getMessage());
        }
    }
}
