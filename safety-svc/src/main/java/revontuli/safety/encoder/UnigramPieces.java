package revontuli.safety.encoder;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Cuts words into the likeliest pieces of a vocabulary with scores, as SentencePiece's unigram model does.
final class UnigramPieces implements Pieces {
    private static final String MARK = "\u2581";
    private static final double UNKNOWN_PENALTY = 10;

    private final Map<String, Integer> ids;
    private final double[] scores;
    private final int unknown;
    private final int longest;
    private final boolean onSpaces;

    UnigramPieces(JsonFile tokenizer, JsonFile model) {
        List<?> vocabulary = model.list("vocab");
        ids = HashMap.newHashMap(vocabulary.size());
        scores = new double[vocabulary.size()];
        int longestPiece = 1;
        for (int id = 0; id < scores.length; id++) {
            if (!(vocabulary.get(id) instanceof List<?> entry)
                    || entry.size() != 2
                    || !(entry.get(0) instanceof String piece)
                    || !(entry.get(1) instanceof BigDecimal score)) {
                throw model.malformed("vocab", "must hold pairs of a piece and its score");
            }
            ids.putIfAbsent(piece, id);
            scores[id] = score.doubleValue();
            longestPiece = Math.max(longestPiece, piece.length());
        }
        longest = longestPiece;
        unknown = model.number("unk_id", 0, Math.max(0, scores.length - 1));
        onSpaces = cutsAtSpaces(tokenizer);
    }

    Map<String, Integer> ids() {
        return ids;
    }

    /// Whether words are cut at any white space first, so that none of it is left.
    private static boolean cutsAtSpaces(JsonFile tokenizer) {
        JsonFile before = tokenizer.object("pre_tokenizer");
        String type = before.text("type");
        List<String> steps = type.equals("Sequence")
                ? before.objects("pretokenizers").stream()
                        .map(step -> step.text("type"))
                        .toList()
                : List.of(type);
        if (steps.equals(List.of("Metaspace"))) {
            return false;
        }
        if (steps.equals(List.of("WhitespaceSplit", "Metaspace"))) {
            return true;
        }
        throw tokenizer.malformed(
                "pre_tokenizer", "is " + steps + "; Metaspace with or without WhitespaceSplit is read");
    }

    @Override
    public void cut(String text, List<Integer> out) {
        if (onSpaces) {
            for (String word : text.split("\\s+", -1)) {
                if (!word.isEmpty()) {
                    word(word.startsWith(MARK) ? word : MARK + word, out);
                }
            }
            return;
        }
        String marked = text.replace(" ", MARK);
        if (marked.isEmpty()) {
            return;
        }
        marked = marked.startsWith(MARK) ? marked : MARK + marked;
        for (int from = 0; from < marked.length(); ) {
            int next = marked.indexOf(MARK, from + 1);
            int to = next < 0 ? marked.length() : next;
            word(marked.substring(from, to), out);
            from = to;
        }
    }

    private void word(String word, List<Integer> out) {
        int length = word.length();
        double[] best = new double[length + 1];
        int[] from = new int[length + 1];
        int[] by = new int[length + 1];
        Arrays.fill(from, -1);
        double unknownScore = Arrays.stream(scores).min().orElse(0) - UNKNOWN_PENALTY;
        for (int at = 0; at < length; at = word.offsetByCodePoints(at, 1)) {
            int single = word.offsetByCodePoints(at, 1);
            boolean seen = false;
            for (int to = single; to <= length && to - at <= longest; ) {
                Integer id = ids.get(word.substring(at, to));
                if (id != null) {
                    offer(best, from, by, at, to, id, best[at] + scores[id]);
                    seen |= to == single;
                }
                if (to == length) {
                    break;
                }
                to = word.offsetByCodePoints(to, 1);
            }
            if (!seen) {
                offer(best, from, by, at, single, unknown, best[at] + unknownScore);
            }
        }
        int[] pieces = new int[length];
        int count = 0;
        for (int at = length; at > 0; at = from[at]) {
            pieces[count++] = by[at];
        }
        boolean before = false;
        while (count > 0) {
            int piece = pieces[--count];
            if (piece != unknown || !before) { // unknown ones side by side are one
                out.add(piece);
            }
            before = piece == unknown;
        }
    }

    private static void offer(double[] best, int[] from, int[] by, int at, int to, int id, double score) {
        if (from[to] < 0 || score > best[to]) {
            best[to] = score;
            from[to] = at;
            by[to] = id;
        }
    }
}
