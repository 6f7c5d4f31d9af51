package revontuli.trainer.worker;

import revontuli.causallm.Evaluation;
import revontuli.causallm.TrainingSession;

/// Judges the present weights on a data set that was not trained on: whole documents from its beginning, up to a
/// number of tokens, each predicted from an end-of-text on.
final class HeldOut {
    private final int endOfText;
    private final int tokensMax;

    HeldOut(int endOfText, int tokensMax) {
        this.endOfText = endOfText;
        this.tokensMax = tokensMax;
    }

    Place.Judged judge(TrainingSession session, ShardFile shard) {
        int window = session.config().positionsMax();
        Evaluation sum = Evaluation.NONE;
        long bytes = 0;
        for (int d = 0; d < shard.documents() && (d == 0 || sum.tokens() + shard.length(d) <= tokensMax); d++) {
            sum = sum.plus(judge(session, shard.ids(d), window));
            bytes += shard.textBytes(d);
        }
        return new Place.Judged(sum, bytes);
    }

    private Evaluation judge(TrainingSession session, int[] document, int window) {
        Evaluation sum = Evaluation.NONE;
        for (int from = 0; from < document.length; from += window) {
            int count = Math.min(window, document.length - from);
            int[] ids = new int[count + 1];
            ids[0] = from == 0 ? endOfText : document[from - 1];
            System.arraycopy(document, from, ids, 1, count);
            sum = sum.plus(session.evaluate(ids));
        }
        return sum;
    }
}
