package revontuli.causallm.tool;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/// Endless rows of token ids: the texts in a new order each round, each after one end-of-text id, joined and cut.
///
/// Neighbouring rows share one id, so that every id is predicted once a round. The seed decides every row.
final class TokenRows {
    private final List<SampleText> texts;
    private final int endOfText;
    private final int rowIds;
    private final SplittableRandom random;
    private int[] pending = {};
    private int position;

    /// Rows of `rowTokens + 1` ids, `rowTokens` of which are predicted.
    TokenRows(List<SampleText> texts, int endOfText, int rowTokens, long seed) {
        if (texts.isEmpty() || rowTokens < 1) {
            throw new IllegalArgumentException("there must be a text, and a token in a row");
        }
        this.texts = new ArrayList<>(texts);
        this.endOfText = endOfText;
        this.rowIds = rowTokens + 1;
        this.random = new SplittableRandom(seed);
    }

    int[][] batch(int rows) {
        int[][] batch = new int[rows][];
        Arrays.setAll(batch, row -> next());
        return batch;
    }

    private int[] next() {
        while (pending.length - position < rowIds) {
            refill();
        }
        int[] row = Arrays.copyOfRange(pending, position, position + rowIds);
        position += rowIds - 1;
        return row;
    }

    private void refill() {
        Collections.shuffle(texts, random);
        List<Integer> ids = new ArrayList<>();
        for (int i = position; i < pending.length; i++) {
            ids.add(pending[i]);
        }
        for (SampleText text : texts) {
            ids.add(endOfText);
            ids.addAll(text.ids());
        }
        pending = ids.stream().mapToInt(Integer::intValue).toArray();
        position = 0;
    }
}
