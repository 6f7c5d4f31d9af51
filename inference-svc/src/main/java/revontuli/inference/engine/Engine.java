package revontuli.inference.engine;

/// A model that computes: slots with a past, and the logits that follow.
///
/// Called by one thread only, the one that batches. A row's logits depend on that row's tokens alone.
public interface Engine extends AutoCloseable {
    /// What does not change while it is open.
    EngineFacts facts();

    /// Fills the slot's positions `from ..` with ids and gives the logits after the last one. `from` is 0 or a
    /// multiple of [EngineFacts#prefillChunk] up to which the slot is filled; what lay behind it is forgotten.
    float[] prefill(int slot, int[] ids, int from);

    /// As above, and gives the logits after every one of the ids, of which there are at most as many as one piece has.
    float[][] prefillRows(int slot, int[] ids, int from);

    /// One step for several slots: appends `tokens[i]`, one or more, to `slots[i]`; `[i][j]` are the logits after
    /// `tokens[i][j]`, with the same bits as if the tokens came one by one.
    float[][][] decode(int[] slots, int[][] tokens);

    /// Makes a slot hold what the first `length` positions of another one hold.
    void copy(int from, int slot, int length);

    /// Forgets the slot's positions from `length` on.
    void truncate(int slot, int length);

    /// At most `most` ids that may follow `ids[0 .. length)`, the text of the slot; a step tells whether they do.
    int[] guess(int slot, int[] ids, int length, int most);

    /// Draws the tokens of one sequence that begins with `prompt`; ids from `vocabularyUsed` on are never drawn.
    Chooser chooser(Sampling sampling, int vocabularyUsed, int[] prompt);

    /// How likely `token` is under the logits, and the `count` likeliest ids below `vocabularyUsed`.
    TokenOdds odds(float[] logits, int token, int count, int vocabularyUsed);

    @Override
    void close();
}
