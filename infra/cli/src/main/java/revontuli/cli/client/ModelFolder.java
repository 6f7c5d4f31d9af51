package revontuli.cli.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import revontuli.cli.CliException;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;

/// A model in Hugging Face layout: its files and the manifest over them, whose digest is the model's.
@SuppressWarnings("ArrayRecordComponent")
public record ModelFolder(Map<String, Path> files, byte[] manifest) {
    private static final int FILES_MAX = 256;
    private static final List<String> KEPT = List.of(".json", ".safetensors", ".md", ".txt");

    /// Every file of the folder that belongs to a model; sub-folders and scripts do not.
    public static ModelFolder read(Path folder) {
        if (!Files.isRegularFile(folder.resolve("config.json"))) {
            throw CliException.usage(folder + " is no model folder: it has no config.json");
        }
        try (Stream<Path> listing = Files.list(folder)) {
            TreeMap<String, Path> files = new TreeMap<>();
            listing.filter(Files::isRegularFile)
                    .filter(file -> KEPT.stream().anyMatch(file.getFileName().toString()::endsWith))
                    .forEach(file -> files.put(file.getFileName().toString(), file));
            if (files.size() > FILES_MAX) {
                throw CliException.usage(folder + " has more than " + FILES_MAX + " files");
            }
            return new ModelFolder(files, manifest(files));
        } catch (IOException e) {
            throw CliException.usage("cannot read " + folder + ": " + e.getMessage());
        }
    }

    public Digest digest() {
        return Digest.of(manifest);
    }

    public Digest tokenizer() {
        Path file = files.get("tokenizer.json");
        if (file == null) {
            throw CliException.usage("the model folder has no tokenizer.json");
        }
        try {
            return Digest.of(file);
        } catch (IOException e) {
            throw CliException.usage("cannot read " + file + ": " + e.getMessage());
        }
    }

    private static byte[] manifest(Map<String, Path> files) throws IOException {
        List<Json> entries = new ArrayList<>();
        for (Map.Entry<String, Path> file : files.entrySet()) {
            entries.add(Json.Fields.ofTexts(Map.of(
                    "path", file.getKey(),
                    "bytes", Long.toString(Files.size(file.getValue())),
                    "sha256", Digest.of(file.getValue()).hex())));
        }
        return CanonicalJson.encode(Json.Fields.of(Map.of("files", new Json.Items(entries))));
    }
}
