package revontuli.inference;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import revontuli.inference.engine.Chooser;
import revontuli.inference.engine.Engine;
import revontuli.inference.engine.EngineFacts;
import revontuli.inference.engine.Odds;
import revontuli.inference.engine.Sampling;
import revontuli.inference.engine.TokenOdds;

/// An engine that says what is scripted, whatever the prompt, and then ends the text; or says it over and over.
public final class ScriptedEngine implements Engine {
    private static final int SLOTS = 4;
    private static final int CHUNK = 16;

    /// The id that it holds likeliest everywhere in a prompt: that of `~`.
    public static final int FAVOURITE = '~' + 1;

    private final int[] script;
    private final boolean endless;
    private final long paceNanos;
    private final int positionsMax;
    private final int[] said = new int[SLOTS];
    private final int[] promptLength = new int[SLOTS];
    private int rowsCheap = 1;
    private int lengthWithoutNumbers = -1;
    private final AtomicInteger filledIds = new AtomicInteger();
    private final List<String> calls = new CopyOnWriteArrayList<>();

    /// @param paceNanos time of one step
    public ScriptedEngine(String script, boolean endless, long paceNanos, int positionsMax) {
        this.script = ByteTokenizer.ids(script);
        this.endless = endless;
        this.paceNanos = paceNanos;
        this.positionsMax = positionsMax;
    }

    /// Gives no numbers for prompts of this length.
    public ScriptedEngine withoutNumbersFor(int length) {
        lengthWithoutNumbers = length;
        return this;
    }

    /// Lets the batch guess.
    public ScriptedEngine guessing() {
        rowsCheap = 8;
        return this;
    }

    @Override
    public EngineFacts facts() {
        return new EngineFacts(
                "scripted/test",
                new EngineFacts.Lengths(positionsMax, OptionalInt.empty(), 4 * positionsMax),
                SLOTS,
                CHUNK,
                rowsCheap,
                OptionalInt.of(0),
                1);
    }

    @Override
    public float[] prefill(int slot, int[] ids, int from) {
        filledIds.addAndGet(ids.length);
        calls.add("fill " + ids.length);
        promptLength[slot] = from + ids.length;
        said[slot] = 0;
        float[] logits = next(slot);
        if (promptLength[slot] == lengthWithoutNumbers) {
            Arrays.fill(logits, Float.NaN);
        }
        return logits;
    }

    /// What was asked for, in order: `fill` and a number of ids, `decode` and a number of rows.
    public List<String> calls() {
        return calls;
    }

    /// Ids that were computed in prompts, all in all.
    public int filledIds() {
        return filledIds.get();
    }

    @Override
    public float[][][] decode(int[] slots, int[][] tokens) {
        calls.add("decode " + slots.length);
        LockSupport.parkNanos(paceNanos);
        float[][][] rows = new float[slots.length][][];
        for (int row = 0; row < slots.length; row++) {
            rows[row] = new float[tokens[row].length][];
            for (int i = 0; i < tokens[row].length; i++) {
                said[slots[row]]++;
                rows[row][i] = next(slots[row]);
            }
        }
        return rows;
    }

    @Override
    public void copy(int from, int slot, int length) {
        promptLength[slot] = length;
    }

    @Override
    public void truncate(int slot, int length) {
        said[slot] = length - promptLength[slot];
    }

    @Override
    public int[] guess(int slot, int[] ids, int length, int most) {
        return length < 4 ? new int[0] : Arrays.copyOfRange(ids, length - 4, length - 4 + Math.min(4, most));
    }

    private float[] next(int slot) {
        float[] logits = new float[ByteTokenizer.VOCABULARY];
        int at = said[slot];
        int id = endless ? script[at % script.length] : at < script.length ? script[at] : 0;
        logits[id] = 1;
        return logits;
    }

    @Override
    public Chooser chooser(Sampling sampling, int vocabularyUsed, int[] prompt) {
        return logits -> {
            int best = 0;
            for (int id = 1; id < logits.length; id++) {
                best = logits[id] > logits[best] ? id : best;
            }
            return best;
        };
    }

    @Override
    public float[][] prefillRows(int slot, int[] ids, int from) {
        float[] logits = prefill(slot, ids, from);
        float[][] rows = new float[ids.length][];
        Arrays.setAll(rows, i -> i + 1 < ids.length ? likely(ids[i + 1]) : logits);
        return rows;
    }

    /// Logits by which the next id of a prompt is the likeliest but one.
    private static float[] likely(int id) {
        float[] logits = new float[ByteTokenizer.VOCABULARY];
        logits[id] = 1;
        logits[FAVOURITE] = 2;
        return logits;
    }

    @Override
    public TokenOdds odds(float[] logits, int token, int count, int vocabularyUsed) {
        double sum = Math.log(sumOfExponentials(logits));
        List<Odds> likeliest = IntStream.range(0, vocabularyUsed)
                .boxed()
                .sorted(Comparator.comparing(id -> -logits[id]))
                .limit(count)
                .map(id -> new Odds(id, logits[id] - sum))
                .toList();
        return new TokenOdds(new Odds(token, logits[token] - sum), likeliest);
    }

    private static double sumOfExponentials(float[] logits) {
        double[] values = new double[logits.length];
        Arrays.setAll(values, id -> Math.exp(logits[id]));
        return Arrays.stream(values).sum();
    }

    @Override
    public void close() {
        // holds nothing
    }
}
