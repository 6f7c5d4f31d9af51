package revontuli.bpe;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Cuts a text at its added tokens, as the reference does: the leftmost, of these the longest; then the flags.
final class AddedTokens {
    private final List<AddedToken> tokens;
    private final TokenTrie plain = new TokenTrie();
    private final TokenTrie normalized = new TokenTrie();

    /// @param nfc whether contents of normalized tokens are brought into NFC before they are looked for
    AddedTokens(List<AddedToken> tokens, boolean nfc) {
        this.tokens = tokens;
        // special tokens are entered first: where two contents become one under NFC, the special one holds
        for (boolean special : new boolean[] {true, false}) {
            for (int i = 0; i < tokens.size(); i++) {
                AddedToken token = tokens.get(i);
                if (token.special() == special) {
                    byte[] content = token.content().getBytes(StandardCharsets.UTF_8);
                    if (token.normalized()) {
                        normalized.add(nfc ? composed(content) : content, i);
                    } else {
                        plain.add(content, i);
                    }
                }
            }
        }
    }

    TokenTrie plain() {
        return plain;
    }

    TokenTrie normalized() {
        return normalized;
    }

    /// Bytes of the longest content.
    int longest() {
        return Math.max(plain.longest(), normalized.longest());
    }

    @FunctionalInterface
    interface Pieces {
        /// Takes the next piece.
        ///
        /// @param token null for a piece of text
        void take(@Nullable AddedToken token, int from, int to);
    }

    /// Hands over pieces of `[from, to)` in their order. Pieces may overlap where one token took spaces that are
    /// another's content; so does the reference.
    void split(TokenTrie trie, byte[] utf8, int from, int to, Pieces pieces) {
        int done = from;
        int at = from;
        int spacesEnd = from; // end of the run of spaces last looked at
        while (at < to) {
            at = trie.candidate(utf8, at, to);
            long match = at < to ? trie.match(utf8, at, to) : -1;
            if (match < 0) {
                at++;
                continue;
            }
            AddedToken token = tokens.get((int) match);
            int start = at;
            int end = (int) (match >>> 32);
            at = end;
            if (token.singleWord() && !alone(utf8, start, end, from, to)) {
                continue;
            }
            if (token.lstrip()) {
                start = Math.max(done, spacesBefore(utf8, Math.min(done, start), start));
            }
            if (token.rstrip()) {
                spacesEnd = end < spacesEnd ? spacesEnd : CodePoints.skip(utf8, end, to, CodePoints.SPACE);
                end = spacesEnd;
            }
            if (done < start) {
                pieces.take(null, done, start);
            }
            pieces.take(token, start, end);
            done = end;
        }
        if (done != to) {
            pieces.take(null, done, to);
        }
    }

    /// Whether any token, as it stands in the file, touches or spans a place.
    boolean touches(byte[] utf8, int from, int to, int place) {
        return touches(plain, utf8, from, to, place) || touches(normalized, utf8, from, to, place);
    }

    private static boolean touches(TokenTrie trie, byte[] utf8, int from, int to, int place) {
        for (int p = Math.max(from, place - trie.longest()); p <= place && !trie.empty(); p++) {
            long match = p < to ? trie.match(utf8, p, to) : -1;
            if (match >= 0 && (int) (match >>> 32) >= place) {
                return true;
            }
        }
        return false;
    }

    private static boolean alone(byte[] utf8, int start, int end, int from, int to) {
        boolean before = start == from || (CodePoints.at(utf8, CodePoints.before(utf8, start)) & CodePoints.WORD) == 0;
        boolean after = end == to || (CodePoints.at(utf8, end) & CodePoints.WORD) == 0;
        return before && after;
    }

    private static int spacesBefore(byte[] utf8, int floor, int start) {
        int p = start;
        while (p > floor) {
            int before = CodePoints.before(utf8, p);
            if ((CodePoints.at(utf8, before) & CodePoints.SPACE) == 0) {
                break;
            }
            p = before;
        }
        return p;
    }

    private static byte[] composed(byte[] content) {
        Nfc nfc = new Nfc();
        nfc.normalize(content, 0, content.length, false);
        return Arrays.copyOf(nfc.bytes(), nfc.size());
    }
}
