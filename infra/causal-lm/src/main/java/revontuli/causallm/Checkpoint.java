package revontuli.causallm;

import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

/// A checkpoint in the Hugging Face layout that was checked: config, digests, headers, names and shapes.
///
/// Needed are `config.json` and either `model.safetensors` or `model.safetensors.index.json` with its shards; other
/// files (tokenizer, card) are not looked at. Weights are read from the mapped files only when a model is opened, so
/// the files must not change meanwhile: give paths of a content-addressed store.
public final class Checkpoint {
    private Checkpoint() {}

    /// Reads the files of a directory.
    public static Checkpoint open(Path directory) throws CheckpointRejected {
        throw new UnsupportedOperationException();
    }

    /// File name (`config.json`, `model.safetensors`, ...) to the path where its bytes lie.
    public static Checkpoint open(Map<String, Path> files) throws CheckpointRejected {
        return open(files, Map.of());
    }

    /// As above; each file named in `sha256` (file name to 64 hex digits) is hashed first and refused if it differs.
    public static Checkpoint open(Map<String, Path> files, Map<String, String> sha256) throws CheckpointRejected {
        throw new UnsupportedOperationException();
    }

    public ModelConfig config() {
        throw new UnsupportedOperationException();
    }

    /// `eos_token_id` of config.json, where it has one inside the vocabulary.
    public OptionalInt endOfText() {
        throw new UnsupportedOperationException();
    }
}
