package revontuli.causallm;

import java.nio.file.Path;
import java.util.List;

/// Checkpoints, texts and logits that Hugging Face transformers made (`src/test/golden/make_golden.py`).
enum Golden {
    GELU_TANH("gelu-tanh"),
    GELU_SHARDED("gelu-sharded"),
    BF16_HEADS("bf16-heads");

    /// Float error between two implementations; logits reach about 10.
    static final float TOLERANCE = 2e-4f;

    private final Path folder;

    Golden(String folder) {
        this.folder = Path.of("src/test/resources/golden", folder);
    }

    Path folder() {
        return folder;
    }

    Checkpoint checkpoint() throws CheckpointRejected {
        return golden().checkpoint();
    }

    LanguageModel open(int maxSequences) throws CheckpointRejected {
        return LanguageModel.open(checkpoint(), maxSequences, 96, 2);
    }

    List<int[]> texts() {
        return golden().texts();
    }

    float[][] expected(int text) throws CheckpointRejected {
        return golden().expected(text);
    }

    private GoldenFolder golden() {
        return new GoldenFolder(folder);
    }
}
