package revontuli.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A `tokenizer.json` with many more merges than it had: every string of a few rare letters, up to a number.
final class GiantTokenizer {
    private static final int FIRST_ID = 1 << 16;

    private GiantTokenizer() {}

    static byte[] of(byte[] tokenizerJson, int merges) {
        StringBuilder vocabulary = new StringBuilder(20 * merges);
        StringBuilder pairs = new StringBuilder(16 * merges);
        List<String> letters = letters();
        List<String> words = letters;
        int made = 0;
        while (made < merges) {
            List<String> longer = new ArrayList<>();
            for (String left : words) {
                for (String right : letters) {
                    if (made == merges) {
                        break;
                    }
                    vocabulary
                            .append('"')
                            .append(left)
                            .append(right)
                            .append("\":")
                            .append(FIRST_ID + made++);
                    vocabulary.append(',');
                    pairs.append("[\"")
                            .append(left)
                            .append("\",\"")
                            .append(right)
                            .append("\"],");
                    longer.add(left + right);
                }
            }
            words = longer;
        }
        String json = new String(tokenizerJson, StandardCharsets.UTF_8);
        return json.replaceFirst("\"vocab\":\\{", "$0" + vocabulary)
                .replaceFirst("\"merges\":\\[", "$0" + pairs)
                .getBytes(StandardCharsets.UTF_8);
    }

    /// How byte-level BPE spells bytes below 32, which no other token has.
    private static List<String> letters() {
        List<String> letters = new ArrayList<>();
        for (char c = '\u0100'; c < '\u0120'; c++) {
            if (c != '\u0109' && c != '\u010A' && c != '\u010D') { // but tab and line ends
                letters.add(String.valueOf(c));
            }
        }
        return letters;
    }
}
