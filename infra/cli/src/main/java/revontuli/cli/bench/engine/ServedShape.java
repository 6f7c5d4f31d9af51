package revontuli.cli.bench.engine;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import revontuli.cli.bench.Vocabularies;

/// A measured shape as a model that can be served: its generated weights, with the first entries of GPT-2's vocabulary
/// as tokenizer.
final class ServedShape {
    private ServedShape() {}

    /// The folder of the model, made when it is not there.
    static Path folder(BenchShape shape, Path work) {
        Path weights = shape.checkpoint(work);
        Path folder = work.resolve(shape.label() + "-served");
        try {
            Files.createDirectories(folder);
            for (String name : new String[] {"config.json", "model.safetensors"}) {
                Path link = folder.resolve(name);
                if (!Files.exists(link)) {
                    Files.createSymbolicLink(link, weights.resolve(name).toAbsolutePath());
                }
            }
            Path tokenizer = folder.resolve("tokenizer.json");
            if (!Files.exists(tokenizer)) {
                Files.write(tokenizer, tokenizer(shape.config().vocabularySize()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot prepare " + folder, e);
        }
        return folder;
    }

    private static byte[] tokenizer(int size) throws IOException {
        try (BufferedReader ranks = new BufferedReader(
                new InputStreamReader(new ByteArrayInputStream(Vocabularies.r50kRanks()), StandardCharsets.US_ASCII))) {
            String first = ranks.lines().limit(size).collect(Collectors.joining("\n"));
            return Vocabularies.r50k(first.getBytes(StandardCharsets.US_ASCII));
        }
    }
}
