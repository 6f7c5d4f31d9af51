package revontuli.causallm;

/// Chooses tokens for one sequence. Deterministic: settings, seed and the logits seen so far decide alone.
///
/// Not thread-safe: one per request, one thread at a time.
public final class Sampler {
    /// `vocabularyUsed` is the number of ids that the tokenizer knows; ids above it (padding of the table) are never
    /// chosen.
    public Sampler(Sampling sampling, int vocabularyUsed) {
        throw new UnsupportedOperationException();
    }

    /// Tells of tokens that are in the text already (the prompt), for the repetition penalty.
    public void seen(int... tokens) {
        throw new UnsupportedOperationException();
    }

    /// Chooses the next token and counts it as seen. The logits stay as they are.
    public int next(float[] logits) {
        throw new UnsupportedOperationException();
    }

    /// The natural logarithm of the probability of `token` under the plain softmax of the logits, before any sampling
    /// setting.
    public static double logProbability(float[] logits, int token) {
        throw new UnsupportedOperationException();
    }
}
