package revontuli.inference.djl;

import java.util.Arrays;
import revontuli.causallm.LanguageModel;

/// A smaller model that guesses for a larger one with the same vocabulary (speculative decoding, Leviathan et al. 2023,
/// in its greedy form): it writes on by its likeliest ids, and the larger one decides about each.
///
/// It has a slot for each of the larger model's and reads a text there when it is asked about it, as far as it differs
/// from what it read before. Called by the one thread that runs the steps.
final class DraftModel implements AutoCloseable {
    /// Each guess is a step of this model, and a later one is right less often.
    private static final int GUESSES_MAX = 4;

    private final LanguageModel model;
    private final int[][] read;

    DraftModel(LanguageModel model) {
        this.model = model;
        this.read = new int[model.maxSequences()][0];
    }

    /// At most `most` ids that may follow `ids[0 .. length)`; none where the text is too long for it.
    int[] guess(int slot, int[] ids, int length, int most) {
        int count = Math.min(Math.min(most, GUESSES_MAX), model.maxPositions() - length + 1);
        if (count < 1) {
            return new int[0];
        }
        int[] text = Arrays.copyOf(ids, length + count - 1);
        int known = known(slot, ids, length);
        read[slot] = new int[0]; // until the steps below have ended well
        float[] logits = readOn(slot, text, known, length);
        for (int i = 0; i + 1 < count; i++) {
            text[length + i] = likeliest(logits);
            logits = model.decode(new int[] {slot}, new int[] {text[length + i]})[0];
        }
        read[slot] = text;
        int[] guess = Arrays.copyOfRange(text, length, length + count);
        guess[count - 1] = likeliest(logits);
        return guess;
    }

    /// How many ids of the text the slot holds; the last one is always read anew, for its logits.
    private int known(int slot, int[] ids, int length) {
        int most = Math.min(Math.min(read[slot].length, model.length(slot)), length - 1);
        int differs = Arrays.mismatch(read[slot], 0, most, ids, 0, most);
        return differs < 0 ? most : differs;
    }

    private float[] readOn(int slot, int[] text, int known, int length) {
        if (known == 0 || length - known > LanguageModel.PREFILL_CHUNK) {
            int from = known / LanguageModel.PREFILL_CHUNK * LanguageModel.PREFILL_CHUNK;
            return model.prefill(slot, Arrays.copyOfRange(text, from, length), from);
        }
        model.truncate(slot, known);
        float[][] rows = model.decode(new int[] {slot}, new int[][] {Arrays.copyOfRange(text, known, length)})[0];
        return rows[rows.length - 1];
    }

    private static int likeliest(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }

    @Override
    public void close() {
        model.close();
    }
}
