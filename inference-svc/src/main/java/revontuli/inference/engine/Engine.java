package revontuli.inference.engine;

/// A model that computes: slots with a past, and the logits that follow.
///
/// Called by one thread only, the one that batches. A row's logits depend on that row's tokens alone.
public interface Engine extends AutoCloseable {
    /// What does not change while it is open.
    EngineFacts facts();

    /// Fills the slot's positions `from ..` with ids and gives the logits after the last one. `from` is 0 or a
    /// multiple of [EngineFacts#prefillChunk].
    float[] prefill(int slot, int[] ids, int from);

    /// One step for several slots: appends `tokens[i]` to `slots[i]` and gives the logits after it, row by row.
    float[][] decode(int[] slots, int[] tokens);

    /// Forgets what the slot holds.
    void free(int slot);

    /// Draws the tokens of one sequence that begins with `prompt`; ids from `vocabularyUsed` on are never drawn.
    Chooser chooser(Sampling sampling, int vocabularyUsed, int[] prompt);

    /// Natural logarithm of the probability of `token` under the logits.
    double logProbability(float[] logits, int token);

    @Override
    void close();
}
