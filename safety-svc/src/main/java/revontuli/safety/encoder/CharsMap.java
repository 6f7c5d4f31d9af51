package revontuli.safety.encoder;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The table by which SentencePiece replaces characters: a double-array trie over UTF-8, and what stands for each hit.
final class CharsMap {
    private static final Pattern GRAPHEME = Pattern.compile("\\X");
    private static final int WHOLE_BYTES_MAX = 5;

    private final int[] trie;
    private final byte[] replacements;

    CharsMap(byte[] table) {
        ByteBuffer bytes = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
        int trieBytes = bytes.remaining() < 4 ? -1 : bytes.getInt();
        if (trieBytes < 4 || trieBytes % 4 != 0 || trieBytes > bytes.remaining()) {
            throw new IllegalArgumentException("no table of characters");
        }
        trie = new int[trieBytes / 4];
        for (int i = 0; i < trie.length; i++) {
            trie[i] = bytes.getInt();
        }
        replacements = new byte[bytes.remaining()];
        bytes.get(replacements);
    }

    String normalized(String text) {
        StringBuilder out = new StringBuilder(text.length());
        Matcher graphemes = GRAPHEME.matcher(text);
        while (graphemes.find()) {
            String grapheme = graphemes.group();
            byte[] bytes = grapheme.getBytes(StandardCharsets.UTF_8);
            String whole = bytes.length <= WHOLE_BYTES_MAX ? replacement(bytes) : null;
            if (whole != null) {
                out.append(whole);
            } else {
                grapheme.codePoints().forEach(point -> {
                    String one = Character.toString(point);
                    String other = replacement(one.getBytes(StandardCharsets.UTF_8));
                    out.append(other == null ? one : other);
                });
            }
        }
        return out.toString();
    }

    /// What stands for the shortest beginning of the bytes that the table knows, or null.
    private @Nullable String replacement(byte[] bytes) {
        int node = offset(trie[0]);
        for (byte signed : bytes) {
            int key = signed & 0xFF;
            node ^= key;
            if (key == 0 || node < 0 || node >= trie.length || (trie[node] & 0x800000FF) != key) {
                return null;
            }
            int unit = trie[node];
            node ^= offset(unit);
            if ((unit >>> 8 & 1) == 1) {
                return node < 0 || node >= trie.length ? null : at(trie[node] & 0x7FFFFFFF);
            }
        }
        return null;
    }

    private static int offset(int unit) {
        return (unit >>> 10) << ((unit & 0x200) >>> 6);
    }

    private @Nullable String at(int from) {
        if (from > replacements.length) {
            return null;
        }
        int to = from;
        while (to < replacements.length && replacements[to] != 0) {
            to++;
        }
        return new String(replacements, from, to - from, StandardCharsets.UTF_8);
    }
}
