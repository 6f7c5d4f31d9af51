package revontuli.safety.encoder;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Cuts words into the longest pieces of a vocabulary, from the left, as BERT does.
final class WordPieces implements Pieces {
    private final Map<String, Integer> ids;
    private final String inner;
    private final int unknown;
    private final int wordMax;

    WordPieces(JsonFile model, Map<String, Integer> ids) {
        this.ids = ids;
        this.inner = model.textOr("continuing_subword_prefix", "##");
        this.wordMax = model.numberOr("max_input_chars_per_word", 100, 1, 10_000);
        Integer known = ids.get(model.textOr("unk_token", "[UNK]"));
        if (known == null) {
            throw model.malformed("unk_token", "is not in the vocabulary");
        }
        this.unknown = known;
    }

    @Override
    public void cut(String text, List<Integer> out) {
        StringBuilder word = new StringBuilder();
        text.codePoints().forEach(point -> {
            boolean alone = punctuation(point);
            if (alone || TextNormalizer.space(point)) {
                end(word, out);
            }
            if (alone) {
                end(new StringBuilder().appendCodePoint(point), out);
            } else if (!TextNormalizer.space(point)) {
                word.appendCodePoint(point);
            }
        });
        end(word, out);
    }

    private static boolean punctuation(int point) {
        boolean ascii = (point >= 33 && point <= 47)
                || (point >= 58 && point <= 64)
                || (point >= 91 && point <= 96)
                || (point >= 123 && point <= 126);
        return ascii
                || switch (Character.getType(point)) {
                    case Character.CONNECTOR_PUNCTUATION,
                            Character.DASH_PUNCTUATION,
                            Character.START_PUNCTUATION,
                            Character.END_PUNCTUATION,
                            Character.INITIAL_QUOTE_PUNCTUATION,
                            Character.FINAL_QUOTE_PUNCTUATION,
                            Character.OTHER_PUNCTUATION -> true;
                    default -> false;
                };
    }

    private void end(StringBuilder letters, List<Integer> out) {
        String word = letters.toString();
        letters.setLength(0);
        if (word.isEmpty()) {
            return;
        }
        List<Integer> pieces = new ArrayList<>();
        boolean whole = word.codePointCount(0, word.length()) <= wordMax;
        for (int from = 0; whole && from < word.length(); ) {
            int to = word.length();
            Integer piece = null;
            while (to > from && piece == null) {
                piece = ids.get(from == 0 ? word.substring(from, to) : inner + word.substring(from, to));
                to = piece == null ? word.offsetByCodePoints(to, -1) : to;
            }
            whole = piece != null;
            if (piece != null) {
                pieces.add(piece);
                from = to;
            }
        }
        if (whole) {
            out.addAll(pieces);
        } else {
            out.add(unknown);
        }
    }
}
