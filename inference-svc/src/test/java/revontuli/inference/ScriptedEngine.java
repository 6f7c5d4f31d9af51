package revontuli.inference;

import java.util.Arrays;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import revontuli.inference.engine.Chooser;
import revontuli.inference.engine.Engine;
import revontuli.inference.engine.EngineFacts;
import revontuli.inference.engine.Sampling;

/// An engine that says what is scripted, whatever the prompt, and then ends the text; or says it over and over.
public final class ScriptedEngine implements Engine {
    private static final int SLOTS = 4;
    private static final int CHUNK = 16;

    private final int[] script;
    private final boolean endless;
    private final long paceNanos;
    private final int positionsMax;
    private final int[] said = new int[SLOTS];

    /// @param paceNanos time of one step
    public ScriptedEngine(String script, boolean endless, long paceNanos, int positionsMax) {
        this.script = ByteTokenizer.ids(script);
        this.endless = endless;
        this.paceNanos = paceNanos;
        this.positionsMax = positionsMax;
    }

    @Override
    public EngineFacts facts() {
        return new EngineFacts("scripted/test", positionsMax, SLOTS, CHUNK, OptionalInt.of(0), 1);
    }

    @Override
    public float[] prefill(int slot, int[] ids, int from) {
        said[slot] = 0;
        return next(slot);
    }

    @Override
    public float[][] decode(int[] slots, int[] tokens) {
        LockSupport.parkNanos(paceNanos);
        float[][] rows = new float[slots.length][];
        for (int row = 0; row < slots.length; row++) {
            said[slots[row]]++;
            rows[row] = next(slots[row]);
        }
        return rows;
    }

    private float[] next(int slot) {
        float[] logits = new float[ByteTokenizer.VOCABULARY];
        int at = said[slot];
        int id = endless ? script[at % script.length] : at < script.length ? script[at] : 0;
        logits[id] = 1;
        return logits;
    }

    @Override
    public void free(int slot) {
        said[slot] = 0;
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
    public double logProbability(float[] logits, int token) {
        return logits[token] - Math.log(sumOfExponentials(logits));
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
