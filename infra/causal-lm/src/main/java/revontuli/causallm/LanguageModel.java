package revontuli.causallm;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// A model for inference on a [Device], in f32 or packed ([Compute]): KV slots, prefill, decode, and logits of whole
/// texts.
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
/// **Memory.** Weights and slots lie outside the Java heap: 4, 2 or 1 bytes a parameter by the form (in packed forms 2
/// more for the token table, which is kept twice), and `8 * layers * headWidth * maxSequences * maxPositions` bytes for
/// the slots. While a packed form loads, its largest matrix is there a second time.
public final class LanguageModel implements AutoCloseable {
    /// Prefill runs in pieces that begin at multiples of this many positions.
    public static final int PREFILL_CHUNK = GptBigCodeScript.ATTENTION_BLOCK;

    private static final int SEQUENCES_MAX = 4096;

    private final ModelConfig config;
    private final Torch torch;
    private final WeightList weights;
    private final Compute compute;
    private final Device device;
    private final IValue slots;
    private final int maxPositions;

    /// Filled positions of each slot; touched inside a step only.
    private final int[] lengths;

    LanguageModel(
            ModelConfig config,
            Torch torch,
            WeightList weights,
            Compute compute,
            Device device,
            int maxSequences,
            int maxPositions) {
        this.config = config;
        this.compute = compute;
        this.device = device;
        this.torch = torch;
        this.weights = weights;
        this.maxPositions = maxPositions;
        this.lengths = new int[maxSequences];
        int rounded = (maxPositions + PREFILL_CHUNK - 1) / PREFILL_CHUNK * PREFILL_CHUNK;
        PtNDArray[] arrays = new PtNDArray[2 * config.layers()];
        Arrays.setAll(arrays, i -> torch.zeros(maxSequences, rounded, config.headWidth()));
        this.slots = IValue.listFrom(arrays);
    }

    /// As below, in f32.
    public static LanguageModel open(Checkpoint checkpoint, int maxSequences, int maxPositions, int threads)
            throws CheckpointRejected {
        return open(checkpoint, maxSequences, maxPositions, threads, Compute.F32);
    }

    /// As below, on the processor.
    public static LanguageModel open(
            Checkpoint checkpoint, int maxSequences, int maxPositions, int threads, Compute compute)
            throws CheckpointRejected {
        return open(checkpoint, maxSequences, maxPositions, threads, compute, Device.CPU);
    }

    /// Loads the weights and allocates `maxSequences` slots of `maxPositions` each (at most the model's positions).
    ///
    /// Before the model is given out it is tested: where a row's logits depend on its neighbours (a processor
    /// without the instructions of this form), or where its shape does not fit the form, the next simpler form is
    /// taken; [#compute] tells which. Files that [Checkpoint#openUnproven] did not hash are hashed meanwhile.
    public static LanguageModel open(
            Checkpoint checkpoint, int maxSequences, int maxPositions, int threads, Compute compute, Device device)
            throws CheckpointRejected {
        return open(checkpoint, maxSequences, maxPositions, threads, compute, device, PackedForms.NONE);
    }

    /// As above. Rounded weights are taken from `forms` where they were kept, and left there where they were not: the
    /// files of weights are then neither read nor hashed, only their headers are.
    public static LanguageModel open(
            Checkpoint checkpoint,
            int maxSequences,
            int maxPositions,
            int threads,
            Compute compute,
            Device device,
            PackedForms forms)
            throws CheckpointRejected {
        ModelConfig config = checkpoint.config();
        if (maxSequences < 1 || maxSequences > SEQUENCES_MAX) {
            throw new IllegalArgumentException("maxSequences must lie between 1 and " + SEQUENCES_MAX);
        }
        if (maxPositions < 1 || maxPositions > config.positionsMax()) {
            throw new IllegalArgumentException("maxPositions must lie between 1 and " + config.positionsMax());
        }
        return new ModelLoading(checkpoint, device, threads, maxSequences, maxPositions, forms).load(compute);
    }

    /// The form in which it computes; a simpler one than asked for where that one failed its test.
    public Compute compute() {
        return compute;
    }

    public ModelConfig config() {
        return config;
    }

    /// How many rows a step may have at about the price of one; 1 where each has its price.
    public int rowsCheap() {
        return Rows.of(config, compute, device).cheap(compute);
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
        float[][] logits = prefill(slot, ids, fromPosition, false);
        return logits[logits.length - 1];
    }

    /// As [#prefill], and the logits after every one of the ids; those after the last have the same bits. They need
    /// the memory of as many rows of logits: pass one chunk per call.
    public float[][] prefillRows(int slot, int[] ids, int fromPosition) {
        return prefill(slot, ids, fromPosition, true);
    }

    private float[][] prefill(int slot, int[] ids, int fromPosition, boolean every) {
        checkIds(ids, maxPositions - Math.max(fromPosition, 0), "ids behind position " + fromPosition);
        return torch.step(step -> {
            checkSlot(slot);
            if (fromPosition < 0 || fromPosition % PREFILL_CHUNK != 0 || fromPosition > lengths[slot]) {
                throw new IllegalArgumentException("fromPosition must be a multiple of " + PREFILL_CHUNK
                        + " within the filled " + lengths[slot] + " positions: " + fromPosition);
            }
            // Should a chunk fail, the slot is as filled as the chunks before it.
            lengths[slot] = fromPosition;
            List<float[]> logits = new ArrayList<>();
            for (int at = 0; at < ids.length; at += PREFILL_CHUNK) {
                int end = Math.min(at + PREFILL_CHUNK, ids.length);
                int wanted = every ? end - at : end == ids.length ? 1 : 0;
                PtNDArray out = step.runForTensor(
                        "prefill",
                        step.tensor(longs(ids, at, end)),
                        step.integer(slot),
                        step.integer(fromPosition + at),
                        step.integer(wanted),
                        weights.list(),
                        slots);
                lengths[slot] = fromPosition + end;
                FloatBuffer rows = wanted == 0 ? FloatBuffer.allocate(0) : TorchStep.view(out);
                for (int i = 0; i < wanted; i++) {
                    logits.add(row(rows));
                }
            }
            return logits.toArray(float[][]::new);
        });
    }

    /// One step for several sequences: appends `tokens[i]` to `slots[i]` and returns the logits after it, row by row.
    ///
    /// Slots must differ, be filled by a prefill before, and have a position left.
    public float[][] decode(int[] slots, int[] tokens) {
        int[][] rows = new int[tokens.length][];
        Arrays.setAll(rows, i -> new int[] {tokens[i]});
        float[][][] logits = decode(slots, rows);
        float[][] only = new float[logits.length][];
        Arrays.setAll(only, i -> logits[i][0]);
        return only;
    }

    /// One step that appends several tokens to each slot: `logits[i][j]` follow `tokens[i][j]` and have the bits that
    /// [#decode(int[], int[])] would give token by token. [#truncate] takes back what was guessed wrong.
    ///
    /// Slots must differ, be filled by a prefill before, and have room for their tokens, one or more for each.
    public float[][][] decode(int[] slots, int[][] tokens) {
        if (slots.length != tokens.length || slots.length == 0 || slots.length > lengths.length) {
            throw new IllegalArgumentException("tokens for each of 1 to " + lengths.length + " slots: " + slots.length
                    + " slots, tokens for " + tokens.length);
        }
        for (int[] row : tokens) {
            checkIds(row, maxPositions, "tokens");
        }
        return torch.step(step -> decode(step, slots, tokens));
    }

    /// One row of a step.
    private record Row(int request, int token, int slot, int position) {}

    private float[][][] decode(TorchStep step, int[] slotIds, int[][] tokens) {
        checkDecodable(slotIds, tokens);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < slotIds.length; i++) {
            for (int j = 0; j < tokens[i].length; j++) {
                rows.add(new Row(i, j, slotIds[i], lengths[slotIds[i]] + j));
            }
        }
        // Rows whose lengths round up to the same block attend together, whatever else is in the batch.
        rows.sort(Comparator.comparingInt(row -> blocks(row.position() + 1)));
        long[] bounds = new long[rows.size() + 1];
        long[] attended = new long[rows.size()];
        int groups = 0;
        for (int i = 0; i < rows.size(); i++) {
            long length = (long) blocks(rows.get(i).position() + 1) * PREFILL_CHUNK;
            if (groups == 0 || attended[groups - 1] != length) {
                attended[groups] = length;
                bounds[groups++] = i;
            }
        }
        bounds[groups] = rows.size();
        FloatBuffer out = TorchStep.view(step.runForTensor(
                "decode",
                step.tensor(rows.stream()
                        .mapToLong(row -> tokens[row.request()][row.token()])
                        .toArray()),
                step.tensor(rows.stream().mapToLong(Row::position).toArray()),
                step.tensor(rows.stream().mapToLong(Row::slot).toArray()),
                step.integers(Arrays.copyOf(bounds, groups + 1)),
                step.integers(Arrays.copyOf(attended, groups)),
                weights.list(),
                slots));
        float[][][] logits = new float[slotIds.length][][];
        Arrays.setAll(logits, i -> new float[tokens[i].length][]);
        for (Row row : rows) {
            logits[row.request()][row.token()] = row(out);
            lengths[row.slot()]++;
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

    /// Makes `slot` hold what the first `length` positions of `from` hold; whatever it held is forgotten.
    public void copy(int from, int slot, int length) {
        torch.step(step -> {
            checkSlot(from);
            checkSlot(slot);
            if (from == slot || length < 1 || length > lengths[from]) {
                throw new IllegalArgumentException("another slot, and a length between 1 and " + lengths[from]);
            }
            lengths[slot] = 0;
            step.run("copy", step.integer(from), step.integer(slot), step.integer(length), slots);
            lengths[slot] = length;
            return length;
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
        return torch.step(step -> Scores.of(step, weights.list(), ids));
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

    private void checkDecodable(int[] rowSlots, int[][] tokens) {
        boolean[] taken = new boolean[lengths.length];
        for (int i = 0; i < rowSlots.length; i++) {
            int slot = rowSlots[i];
            checkSlot(slot);
            if (taken[slot] || lengths[slot] == 0 || lengths[slot] + tokens[i].length > maxPositions) {
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
