package revontuli.causallm;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Comparator;

/// A model for inference: KV slots, prefill, decode, and logits of whole texts. First form: f32 on CPU.
///
/// **Threads.** Calls run one after the other (one lock), because a step already uses all `threads` given. Call from
/// one platform thread: every thread that calls gets its own team of OpenMP workers, and a virtual thread would pin
/// its carrier. The thread count is a setting of the process; each step sets its own. Start the process with
/// `OMP_NUM_THREADS` equal to it and with `OMP_WAIT_POLICY=PASSIVE`: workers that spin while they wait make steps
/// many times slower where cores are shared.
///
/// **Rows.** The logits of a row depend on that row's tokens alone, never on its neighbours in the batch nor on the
/// slot. A text gives the same bits whether its prefill came in one call or in several that end at multiples of
/// [#PREFILL_CHUNK].
///
/// **Memory.** Weights and slots lie outside the Java heap: 4 bytes a parameter, and `8 * layers * headWidth *
/// maxSequences * maxPositions` bytes for the slots.
public final class LanguageModel implements AutoCloseable {
    /// Prefill runs in pieces that begin at multiples of this many positions.
    public static final int PREFILL_CHUNK = GptBigCodeScript.ATTENTION_BLOCK;

    private static final int SEQUENCES_MAX = 4096;

    private final ModelConfig config;
    private final Torch torch;
    private final Weights weights;
    private final IValue slots;
    private final int maxPositions;

    /// Filled positions of each slot; touched inside a step only.
    private final int[] lengths;

    private LanguageModel(ModelConfig config, Torch torch, Weights weights, int maxSequences, int maxPositions) {
        this.config = config;
        this.torch = torch;
        this.weights = weights;
        this.maxPositions = maxPositions;
        this.lengths = new int[maxSequences];
        int rounded = (maxPositions + PREFILL_CHUNK - 1) / PREFILL_CHUNK * PREFILL_CHUNK;
        PtNDArray[] arrays = new PtNDArray[2 * config.layers()];
        Arrays.setAll(arrays, i -> torch.zeros(maxSequences, rounded, config.headWidth()));
        this.slots = IValue.listFrom(arrays);
    }

    /// Loads the weights and allocates `maxSequences` slots of `maxPositions` each (at most the model's positions).
    public static LanguageModel open(Checkpoint checkpoint, int maxSequences, int maxPositions, int threads)
            throws CheckpointRejected {
        ModelConfig config = checkpoint.config();
        if (maxSequences < 1 || maxSequences > SEQUENCES_MAX) {
            throw new IllegalArgumentException("maxSequences must lie between 1 and " + SEQUENCES_MAX);
        }
        if (maxPositions < 1 || maxPositions > config.positionsMax()) {
            throw new IllegalArgumentException("maxPositions must lie between 1 and " + config.positionsMax());
        }
        Torch torch = Torch.load(config, threads);
        boolean ready = false;
        try {
            Weights weights = Weights.zeros(torch, WeightLayout.of(config));
            weights.load(checkpoint);
            LanguageModel model = new LanguageModel(config, torch, weights, maxSequences, maxPositions);
            ready = true;
            return model;
        } finally {
            if (!ready) {
                torch.close();
            }
        }
    }

    public ModelConfig config() {
        return config;
    }

    public int maxSequences() {
        return lengths.length;
    }

    public int maxPositions() {
        return maxPositions;
    }

    /// What computes, for receipts: engine versions, device, precision, threads.
    public String engine() {
        return torch.description();
    }

    /// Fills positions `fromPosition ..` of the slot and returns the logits after the last id.
    ///
    /// `fromPosition` is 0 (whatever the slot held is forgotten) or a multiple of [#PREFILL_CHUNK] up to which the
    /// slot is filled already; what lay behind it is forgotten. To interleave long prompts with decoding, pass one
    /// chunk per call.
    ///
    /// @return one float for every id of the vocabulary table
    public float[] prefill(int slot, int[] ids, int fromPosition) {
        checkIds(ids, maxPositions - Math.max(fromPosition, 0), "ids behind position " + fromPosition);
        return torch.step(step -> {
            checkSlot(slot);
            if (fromPosition < 0 || fromPosition % PREFILL_CHUNK != 0 || fromPosition > lengths[slot]) {
                throw new IllegalArgumentException("fromPosition must be a multiple of " + PREFILL_CHUNK
                        + " within the filled " + lengths[slot] + " positions: " + fromPosition);
            }
            // Should a chunk fail, the slot is as filled as the chunks before it.
            lengths[slot] = fromPosition;
            float[] logits = new float[0];
            for (int at = 0; at < ids.length; at += PREFILL_CHUNK) {
                int end = Math.min(at + PREFILL_CHUNK, ids.length);
                PtNDArray out = step.runForTensor(
                        "prefill",
                        step.tensor(longs(ids, at, end)),
                        step.integer(slot),
                        step.integer(fromPosition + at),
                        step.flag(end == ids.length),
                        weights.list(),
                        slots);
                lengths[slot] = fromPosition + end;
                if (end == ids.length) {
                    logits = row(TorchStep.view(out));
                }
            }
            return logits;
        });
    }

    /// One step for several sequences: appends `tokens[i]` to `slots[i]` and returns the logits after it, row by row.
    ///
    /// Slots must differ, be filled by a prefill before, and have a position left.
    public float[][] decode(int[] slots, int[] tokens) {
        if (slots.length != tokens.length || slots.length == 0 || slots.length > lengths.length) {
            throw new IllegalArgumentException("one token for each of 1 to " + lengths.length + " slots: "
                    + slots.length + " slots, " + tokens.length + " tokens");
        }
        checkIds(tokens, tokens.length, "tokens");
        return torch.step(step -> decode(step, slots, tokens));
    }

    private float[][] decode(TorchStep step, int[] rowSlots, int[] tokens) {
        checkDecodable(rowSlots);
        // Rows whose lengths round up to the same block attend together, whatever else is in the batch.
        Integer[] order = new Integer[rowSlots.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingInt(i -> blocks(lengths[rowSlots[i]] + 1)));
        int rows = order.length;
        long[] ids = new long[rows];
        long[] positions = new long[rows];
        long[] slotIds = new long[rows];
        long[] bounds = new long[rows + 1];
        long[] attended = new long[rows];
        int groups = 0;
        for (int i = 0; i < rows; i++) {
            int slot = rowSlots[order[i]];
            ids[i] = tokens[order[i]];
            positions[i] = lengths[slot];
            slotIds[i] = slot;
            long length = (long) blocks(lengths[slot] + 1) * PREFILL_CHUNK;
            if (groups == 0 || attended[groups - 1] != length) {
                attended[groups] = length;
                bounds[groups++] = i;
            }
        }
        bounds[groups] = rows;
        FloatBuffer out = TorchStep.view(step.runForTensor(
                "decode",
                step.tensor(ids),
                step.tensor(positions),
                step.tensor(slotIds),
                step.integers(Arrays.copyOf(bounds, groups + 1)),
                step.integers(Arrays.copyOf(attended, groups)),
                weights.list(),
                slots));
        float[][] logits = new float[rows][];
        for (int i = 0; i < rows; i++) {
            logits[order[i]] = row(out);
            lengths[rowSlots[order[i]]]++;
        }
        return logits;
    }

    private static int blocks(int positions) {
        return (positions + PREFILL_CHUNK - 1) / PREFILL_CHUNK;
    }

    /// How many positions of the slot are filled.
    public int length(int slot) {
        return torch.step(_ -> {
            checkSlot(slot);
            return lengths[slot];
        });
    }

    /// Forgets the positions from `length` on; 0 frees the slot.
    public void truncate(int slot, int length) {
        torch.step(_ -> {
            checkSlot(slot);
            if (length < 0 || length > lengths[slot]) {
                throw new IllegalArgumentException("length must lie between 0 and " + lengths[slot] + ": " + length);
            }
            lengths[slot] = length;
            return length;
        });
    }

    /// The logits after every id of a text, without touching the slots. At most the model's positions.
    public float[][] logits(int[] ids) {
        checkIds(ids, config.positionsMax(), "ids");
        return torch.step(step -> {
            FloatBuffer out =
                    TorchStep.view(step.runForTensor("logits", step.tensor(longs(ids, 0, ids.length)), weights.list()));
            float[][] logits = new float[ids.length][];
            Arrays.setAll(logits, _ -> row(out));
            return logits;
        });
    }

    /// The log-probability (natural) of every id but the first, given those before it: `ids.length - 1` values.
    public double[] score(int[] ids) {
        checkIds(ids, config.positionsMax() + 1, "ids");
        return torch.step(step -> Scores.of(step, weights, ids));
    }

    private float[] row(FloatBuffer logits) {
        float[] row = new float[config.vocabularySize()];
        logits.get(row);
        return row;
    }

    static long[] longs(int[] ids, int from, int to) {
        return Arrays.stream(ids, from, to).asLongStream().toArray();
    }

    private void checkIds(int[] ids, int max, String what) {
        checkIds(ids, max, what, config);
    }

    static void checkIds(int[] ids, int max, String what, ModelConfig config) {
        if (ids.length < 1 || ids.length > max) {
            throw new IllegalArgumentException("1 to " + max + " " + what + ": " + ids.length);
        }
        for (int id : ids) {
            if (id < 0 || id >= config.vocabularySize()) {
                throw new IllegalArgumentException(
                        "token ids must lie between 0 and " + (config.vocabularySize() - 1) + ": " + id);
            }
        }
    }

    private void checkSlot(int slot) {
        if (slot < 0 || slot >= lengths.length) {
            throw new IllegalArgumentException("slots lie between 0 and " + (lengths.length - 1) + ": " + slot);
        }
    }

    private void checkDecodable(int[] rowSlots) {
        boolean[] taken = new boolean[lengths.length];
        for (int slot : rowSlots) {
            checkSlot(slot);
            if (taken[slot] || lengths[slot] == 0 || lengths[slot] >= maxPositions) {
                throw new IllegalArgumentException("slot " + slot + (taken[slot] ? " is named twice" : " holds ")
                        + (taken[slot] ? "" : lengths[slot] + " of " + maxPositions + " positions"));
            }
            taken[slot] = true;
        }
    }

    /// Frees weights and slots; waits for the step that is running. Later calls fail with `IllegalStateException`.
    @Override
    public void close() {
        torch.close(() -> {
            slots.close();
            weights.close();
        });
    }
}
