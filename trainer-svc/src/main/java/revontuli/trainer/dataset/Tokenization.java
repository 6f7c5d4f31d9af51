package revontuli.trainer.dataset;

import revontuli.transparency.crypto.Digest;

/// The tokenizer service, as this one needs it.
@FunctionalInterface
public interface Tokenization {
    /// Digest of the token shard of these documents by the registered tokenizer with exactly these bytes, made by
    /// whichever instance of the service takes the task. Special tokens in the texts are read as ordinary text, so
    /// that no text can forge one. `between` is called while it waits: it may prolong a claim, or throw to stop.
    Digest shard(Digest dataset, Digest tokenizer, Runnable between);
}
