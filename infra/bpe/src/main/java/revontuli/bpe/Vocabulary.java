package revontuli.bpe;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The bytes of every id, and which ids are special.
final class Vocabulary {
    private final byte[] bytes;
    private final int[] ends;
    private final boolean[] special;
    private final String[] spelled;
    private final int known;

    Vocabulary(@Nullable String[] model, List<AddedToken> added) {
        int size = model.length;
        for (AddedToken token : added) {
            size = Math.max(size, token.id() + 1);
        }
        spelled = new String[size];
        Arrays.fill(spelled, "");
        @Nullable String[] texts = Arrays.copyOf(model, size);
        special = new boolean[size];
        for (AddedToken token : added) {
            texts[token.id()] = token.content();
            special[token.id()] = token.special();
        }
        ends = new int[size + 1];
        byte[] all = new byte[8 * size + 16];
        int end = 0;
        int count = 0;
        for (int id = 0; id < size; id++) {
            String text = texts[id];
            if (text != null) {
                spelled[id] = text;
                byte[] token = bytesOf(text);
                if (end + token.length > all.length) {
                    all = Arrays.copyOf(all, Math.max(2 * all.length, end + token.length));
                }
                System.arraycopy(token, 0, all, end, token.length);
                end += token.length;
                count++;
            }
            ends[id + 1] = end;
        }
        bytes = Arrays.copyOf(all, end);
        known = count;
    }

    /// A text whose characters all stand for bytes is those bytes; any other text is itself.
    private static byte[] bytesOf(String text) {
        byte[] stand = ByteAlphabet.bytes(text);
        return stand.length > 0 || text.isEmpty() ? stand : text.getBytes(StandardCharsets.UTF_8);
    }

    /// One above the highest id.
    int size() {
        return special.length;
    }

    /// Ids that have a token.
    int known() {
        return known;
    }

    String text(int id) {
        return spelled[id];
    }

    boolean special(int id) {
        return special[id];
    }

    byte[] bytes() {
        return bytes;
    }

    int start(int id) {
        return ends[id];
    }

    int end(int id) {
        return ends[id + 1];
    }

    int length(int id) {
        return ends[id + 1] - ends[id];
    }

    /// Spaces at the start of a token.
    int leadingSpaces(int id) {
        int p = ends[id];
        while (p < ends[id + 1] && bytes[p] == ' ') {
            p++;
        }
        return p - ends[id];
    }

    int trailingSpaces(int id) {
        int p = ends[id + 1];
        while (p > ends[id] && bytes[p - 1] == ' ') {
            p--;
        }
        return ends[id + 1] - p;
    }
}
