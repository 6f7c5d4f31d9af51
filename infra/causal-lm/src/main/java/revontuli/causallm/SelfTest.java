package revontuli.causallm;

import java.util.Arrays;

/// Whether a row gives the same bits alone and among others, on this machine and with these weights. Leaves all slots
/// empty.
final class SelfTest {
    private static final int ROWS_MAX = 9;
    private static final int PROMPT = 5;
    private static final int STEPS = 2;

    private SelfTest() {}

    static boolean rowsAreIndependent(LanguageModel model) {
        int rows = Math.min(ROWS_MAX, model.maxSequences());
        if (model.maxPositions() < PROMPT + rows + STEPS) {
            return true; // too short to be served in a batch
        }
        int row = rows / 2;
        float[][] alone = run(model, new int[] {row});
        int[] all = new int[rows];
        Arrays.setAll(all, i -> i);
        boolean same = Arrays.deepEquals(alone, run(model, all));
        for (int slot = 0; slot < rows; slot++) {
            model.truncate(slot, 0);
        }
        return same;
    }

    /// The logits of the row in the middle, after the prompt and after each step.
    private static float[][] run(LanguageModel model, int[] slots) {
        float[][] logits = new float[STEPS + 1][];
        int middle = slots.length / 2;
        for (int i = 0; i < slots.length; i++) {
            float[] after = model.prefill(slots[i], prompt(model, slots[i]), 0);
            if (i == middle) {
                logits[0] = after;
            }
        }
        for (int step = 0; step < STEPS; step++) {
            int at = step;
            int[] tokens = Arrays.stream(slots)
                    .map(slot -> id(model, slot, PROMPT + slot + at))
                    .toArray();
            logits[step + 1] = model.decode(slots, tokens)[middle];
        }
        return logits;
    }

    private static int[] prompt(LanguageModel model, int slot) {
        int[] ids = new int[PROMPT + slot];
        Arrays.setAll(ids, i -> id(model, slot, i));
        return ids;
    }

    private static int id(LanguageModel model, int slot, int position) {
        return (17 * slot + 31 * position + 1) % model.config().vocabularySize();
    }
}
