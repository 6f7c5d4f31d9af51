package revontuli.trainer.dataset;

import java.util.List;
import revontuli.transparency.crypto.Digest;

/// The tokenizer service, as this one needs it.
@FunctionalInterface
public interface Tokenizers {
    /// The registered tokenizer with exactly these bytes; a fault TOKENIZER_NOT_REGISTERED where there is none.
    Tokenizer withDigest(Digest digest);

    /// One tokenizer. Special tokens in the texts are read as ordinary text, so that no text can forge one.
    @FunctionalInterface
    interface Tokenizer {
        /// One list of ids a text, in their order. Few enough texts for one call.
        List<int[]> encode(List<String> texts);
    }
}
