package revontuli.trainer.worker;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;
import revontuli.causallm.Precision;
import revontuli.causallm.TrainingSession;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.trainer.publish.Manifest;
import revontuli.transparency.crypto.Digest;

/// Puts a candidate into the artifact store: new weights, config and card, and from the base everything that is not
/// weights (tokenizer, templates).
final class CandidateFiles {
    private static final String CARD = "README.md";
    private static final String CONFIG = "config.json";

    private final ArtifactStore artifacts;
    private final Manifest base;

    CandidateFiles(ArtifactStore artifacts, Manifest base) {
        this.artifacts = artifacts;
        this.base = base;
    }

    /// Digest of the candidate's manifest, which lies in the store with all it names.
    Digest put(TrainingSession session, Path folder, int endOfText, String card) throws IOException {
        Path draft = folder.resolve("candidate");
        Files.createDirectories(draft);
        session.export(draft, Precision.BF16, OptionalInt.of(endOfText));
        Files.writeString(draft.resolve(CARD), card, StandardCharsets.UTF_8);
        Map<String, Manifest.Entry> files = new TreeMap<>();
        base.files().stream().filter(CandidateFiles::kept).forEach(file -> files.put(file.path(), file));
        try (Stream<Path> made = Files.list(draft)) {
            for (Path file : made.sorted().toList()) {
                String name = String.valueOf(file.getFileName());
                files.put(name, new Manifest.Entry(name, Files.size(file), put(file)));
            }
        }
        return artifacts.put(new ByteArrayInputStream(Manifest.of(files).bytes()));
    }

    private static boolean kept(Manifest.Entry file) {
        return !file.path().equals(CARD)
                && !file.path().equals(CONFIG)
                && !file.path().endsWith(".safetensors")
                && !file.path().endsWith(".index.json");
    }

    private Digest put(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return artifacts.put(in);
        }
    }
}
