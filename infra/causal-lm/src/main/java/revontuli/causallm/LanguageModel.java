package revontuli.causallm;

/// A model for inference: KV slots, prefill, decode, and logits of whole texts. First form: f32 on CPU.
///
/// **Threads.** Calls may come from any platform thread; they run one after the other (one lock), because a step
/// already uses all `threads` given. Do not call from a virtual thread: a step is native code and pins the carrier.
/// The thread count is a setting of the process: the model opened last decides, and `OMP_NUM_THREADS` should be set
/// to the same.
///
/// **Rows.** The logits of a row depend on that row's tokens alone, never on its neighbours in the batch nor on the
/// slot. A text gives the same bits whether its prefill came in one call or in several that end at multiples of
/// [#PREFILL_CHUNK].
///
/// **Memory.** Weights and slots lie outside the Java heap: 4 bytes a parameter, and `2 * layers * headWidth * 4 *
/// maxSequences * maxPositions` bytes for the slots.
public final class LanguageModel implements AutoCloseable {
    /// Prefill runs in pieces that begin at multiples of this many positions.
    public static final int PREFILL_CHUNK = 64;

    private LanguageModel() {}

    /// Loads the weights and allocates `maxSequences` slots of `maxPositions` each (at most the model's positions).
    public static LanguageModel open(Checkpoint checkpoint, int maxSequences, int maxPositions, int threads)
            throws CheckpointRejected {
        throw new UnsupportedOperationException();
    }

    public ModelConfig config() {
        throw new UnsupportedOperationException();
    }

    public int maxSequences() {
        throw new UnsupportedOperationException();
    }

    public int maxPositions() {
        throw new UnsupportedOperationException();
    }

    /// What computes, for receipts: engine versions, device, precision, threads.
    public String engine() {
        throw new UnsupportedOperationException();
    }

    /// Fills positions `fromPosition ..` of the slot and returns the logits after the last id.
    ///
    /// `fromPosition` is 0 (whatever the slot held is forgotten) or a multiple of [#PREFILL_CHUNK] up to which the
    /// slot is filled already; what lay behind it is forgotten. To interleave long prompts with decoding, pass one
    /// chunk per call.
    ///
    /// @return one float for every id of the vocabulary table
    public float[] prefill(int slot, int[] ids, int fromPosition) {
        throw new UnsupportedOperationException();
    }

    /// One step for several sequences: appends `tokens[i]` to `slots[i]` and returns the logits after it, row by row.
    ///
    /// Slots must differ, be filled by a prefill before, and have a position left.
    public float[][] decode(int[] slots, int[] tokens) {
        throw new UnsupportedOperationException();
    }

    /// How many positions of the slot are filled.
    public int length(int slot) {
        throw new UnsupportedOperationException();
    }

    /// Forgets the positions from `length` on; 0 frees the slot.
    public void truncate(int slot, int length) {
        throw new UnsupportedOperationException();
    }

    /// The logits after every id of a text, without touching the slots. At most the model's positions.
    public float[][] logits(int[] ids) {
        throw new UnsupportedOperationException();
    }

    /// The log-probability (natural) of every id but the first, given those before it: `ids.length - 1` values.
    public double[] score(int[] ids) {
        throw new UnsupportedOperationException();
    }

    /// Frees weights and slots; waits for the step that is running. Later calls fail with `IllegalStateException`.
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
