package revontuli.trainer.publish;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import revontuli.causallm.Checkpoint;
import revontuli.causallm.CheckpointRejected;
import revontuli.causallm.ModelConfig;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.transparency.crypto.Digest;

/// The files of a manifest, as they lie in the artifact store.
public final class ModelFiles {
    private static final String CONFIG = "config.json";
    private static final int CONFIG_BYTES_MAX = 1 << 20;

    private final ArtifactStore artifacts;

    public ModelFiles(ArtifactStore artifacts) {
        this.artifacts = artifacts;
    }

    /// Demands that every file is here with its size and digest, and that together they are a model this suite can
    /// load. Nothing of it is trusted before.
    public void requireLoadable(Manifest manifest) {
        Map<String, Path> paths = new TreeMap<>();
        Map<String, String> digests = new TreeMap<>();
        for (Manifest.Entry file : manifest.files()) {
            Path path = artifacts.path(file.digest());
            requireSize(file, path);
            paths.put(file.path(), path);
            digests.put(file.path(), file.digest().hex());
        }
        if (!paths.containsKey(Manifest.TOKENIZER)) {
            throw rejected(Map.of("where", Manifest.TOKENIZER, "expected", "a file", "found", "nothing"));
        }
        try {
            Checkpoint.open(paths, digests);
        } catch (CheckpointRejected e) {
            Map<String, String> details = new TreeMap<>(e.details());
            details.put("why", e.reason().name());
            throw rejected(details);
        }
    }

    /// Longest text that the model knows positions for.
    public int positions(Manifest manifest) {
        Digest config = manifest.file(CONFIG).orElseThrow(() -> rejected(Map.of("where", CONFIG)));
        try {
            return ModelConfig.parse(artifacts.read(config, CONFIG_BYTES_MAX)).positionsMax();
        } catch (CheckpointRejected e) {
            throw rejected(e.details());
        }
    }

    private static void requireSize(Manifest.Entry file, Path path) {
        try {
            long size = Files.size(path);
            if (size != file.bytes()) {
                throw rejected(
                        Map.of("where", file.path(), "expected", file.bytes() + " bytes", "found", size + " bytes"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FaultException rejected(Map<String, String> details) {
        return new Fault.Conflict(
                        "CHECKPOINT_REJECTED",
                        "the files are not a model that can be loaded: " + details.getOrDefault("why", "FILE_WRONG")
                                + " at " + details.get("where") + ": expected " + details.get("expected") + ", found "
                                + details.get("found"),
                        details)
                .toException();
    }
}
