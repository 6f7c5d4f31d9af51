package revontuli.causallm;

import ai.djl.pytorch.jni.IValue;
import java.nio.FloatBuffer;

/// Log-probabilities of a text's own tokens, shared by inference and evaluation.
final class Scores {
    private Scores() {}

    /// One value for every id but the first.
    static double[] of(TorchStep step, IValue weights, int[] ids) {
        double[] scores = new double[ids.length - 1];
        if (scores.length > 0) {
            FloatBuffer out = TorchStep.view(step.runForTensor(
                    "scores",
                    step.tensor(LanguageModel.longs(ids, 0, scores.length)),
                    step.tensor(LanguageModel.longs(ids, 1, ids.length)),
                    weights));
            for (int i = 0; i < scores.length; i++) {
                scores[i] = out.get(i);
            }
        }
        return scores;
    }
}
