package revontuli.trainer.worker;

import java.util.HashMap;
import java.util.Map;
import revontuli.platform.fault.Fault;
import revontuli.transparency.crypto.Digest;

/// The tokenizer whose ids a run learns: written into each of its checkpoints, and required of one that is resumed. By
/// another tokenizer the ids of the rest of the run would mean other tokens.
record TokenizerMark(Digest tokenizer) {
    private static final String NAME = "tokenizer";

    /// The state of a checkpoint, with the mark.
    Map<String, String> on(Map<String, String> state) {
        Map<String, String> marked = new HashMap<>(state);
        marked.put(NAME, tokenizer.toString());
        return marked;
    }

    /// Faults unless a checkpoint's state has this mark.
    void require(Map<String, String> state) {
        String found = state.getOrDefault(NAME, "none");
        if (!found.equals(tokenizer.toString())) {
            throw new Fault.Conflict(
                            "TOKENIZER_DIGEST_MISMATCH",
                            "the checkpoint is of the tokenizer " + found + ", not of the base model's " + tokenizer,
                            Map.of("expected", tokenizer.toString(), "found", found))
                    .toException();
        }
    }
}
