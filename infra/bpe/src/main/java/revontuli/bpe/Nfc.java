package revontuli.bpe;

import java.text.Normalizer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// Composes text as the reference's normalizer does, which knows Unicode 9, and keeps where each byte came from. Text
/// that is settled already costs one look per character.
final class Nfc {
    /// Composites and singletons that Java knows and the reference does not.
    private static final int[] NEWER = {
        0x105C9, 0x105E4, 0x11383, 0x11385, 0x1138E, 0x11391, 0x113C5, 0x113C7, 0x113C8, 0x11938, 0x16121, 0x16122,
        0x16123, 0x16124, 0x16125, 0x16126, 0x16127, 0x16128, 0x16D68, 0x16D69, 0x16D6A
    };

    private static final Map<Integer, Integer> COMBINING = combining();

    private byte[] bytes = new byte[64];
    private int[] starts = new int[64];
    private int[] ends = new int[64];
    private int size;
    private boolean mapped;

    // one unsettled stretch: characters, what each adds or removes, classes
    private int[] chars = new int[64];
    private int[] changes = new int[64];
    private int count;

    /// The normalized bytes after [#normalize]; room for [Scratch#PADDING] more behind them.
    byte[] bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    /// First byte of the original character that a normalized byte came from.
    int start(int at) {
        return starts[at];
    }

    int end(int at) {
        return ends[at];
    }

    /// Whether a stretch of text is in NFC as it stands.
    static boolean settled(byte[] utf8, int from, int to) {
        return CodePoints.skipOthers(utf8, from, to, CodePoints.UNSETTLED) == to;
    }

    /// @param map whether origins are asked for
    void normalize(byte[] utf8, int from, int to, boolean map) {
        size = 0;
        mapped = map;
        int done = from;
        while (done < to) {
            int unsettled = CodePoints.skipOthers(utf8, done, to, CodePoints.UNSETTLED);
            int start = unsettled > done && unsettled < to ? CodePoints.before(utf8, unsettled) : unsettled;
            copy(utf8, done, start);
            int end = CodePoints.skip(utf8, unsettled, to, CodePoints.UNSETTLED);
            if (start < end) {
                compose(utf8, start, end, from);
            }
            done = end;
        }
        reserve(Scratch.PADDING);
    }

    private void copy(byte[] utf8, int from, int to) {
        reserve(to - from);
        System.arraycopy(utf8, from, bytes, size, to - from);
        if (mapped) {
            for (int p = from; p < to; ) {
                int next = p + CodePoints.length(utf8[p]);
                Arrays.fill(starts, size + p - from, size + next - from, p);
                Arrays.fill(ends, size + p - from, size + next - from, next);
                p = next;
            }
        }
        size += to - from;
    }

    private void compose(byte[] utf8, int from, int to, int first) {
        decompose(utf8, from, to);
        order();
        recompose();
        write(utf8, from, to, first);
    }

    private void decompose(byte[] utf8, int from, int to) {
        count = 0;
        for (int p = from; p < to; p += CodePoints.length(utf8[p])) {
            int c = CodePoints.codePoint(utf8, p);
            if (Arrays.binarySearch(NEWER, c) >= 0) {
                push(c, 0);
                continue;
            }
            String parts = Normalizer.normalize(Character.toString(c), Normalizer.Form.NFD);
            for (int i = 0; i < parts.length(); i += Character.charCount(parts.codePointAt(i))) {
                push(parts.codePointAt(i), i == 0 ? 0 : 1);
            }
        }
    }

    private void push(int c, int change) {
        if (count == chars.length) {
            chars = Arrays.copyOf(chars, 2 * count);
            changes = Arrays.copyOf(changes, 2 * count);
        }
        chars[count] = c;
        changes[count++] = change;
    }

    /// Marks in the order of their classes; equal classes keep their order.
    private void order() {
        for (int i = 0; i < count; ) {
            if (classOf(chars[i]) == 0) {
                i++;
                continue;
            }
            int end = i;
            while (end < count && classOf(chars[end]) != 0) {
                end++;
            }
            sort(i, end);
            i = end;
        }
    }

    private void sort(int from, int to) {
        boolean sorted = true;
        for (int i = from + 1; sorted && i < to; i++) {
            sorted = classOf(chars[i - 1]) <= classOf(chars[i]);
        }
        if (sorted) {
            return;
        }
        long[] keys = new long[to - from];
        for (int i = from; i < to; i++) {
            keys[i - from] = (long) classOf(chars[i]) << 32 | i;
        }
        Arrays.sort(keys);
        int[] oldChars = Arrays.copyOfRange(chars, from, to);
        int[] oldChanges = Arrays.copyOfRange(changes, from, to);
        for (int i = 0; i < keys.length; i++) {
            int old = (int) keys[i] - from;
            chars[from + i] = oldChars[old];
            changes[from + i] = oldChanges[old];
        }
    }

    /// Composes in place: a mark joins the last starter unless one of its class or above stands between.
    private void recompose() {
        int out = 0;
        int starter = -1;
        int lastClass = -1;
        for (int i = 0; i < count; i++) {
            int c = chars[i];
            int change = changes[i];
            int combiningClass = classOf(c);
            boolean blocked = lastClass >= 0 && lastClass >= combiningClass;
            int joined = starter < 0 || blocked ? -1 : composite(chars[starter], c);
            if (joined >= 0) {
                chars[starter] = joined;
                changes[starter] += change - 1;
                continue;
            }
            if (combiningClass == 0) {
                starter = out;
                lastClass = -1;
            } else if (starter >= 0) {
                lastClass = combiningClass;
            }
            chars[out] = c;
            changes[out++] = change;
        }
        count = out;
    }

    private static int composite(int first, int second) {
        if ((CodePoints.of(second) & CodePoints.UNSETTLED) == 0) {
            return -1;
        }
        String pair = new StringBuilder(4)
                .appendCodePoint(first)
                .appendCodePoint(second)
                .toString();
        String joined = Normalizer.normalize(pair, Normalizer.Form.NFC);
        int c = joined.codePointAt(0);
        boolean one = joined.length() == Character.charCount(c);
        return one && Arrays.binarySearch(NEWER, c) < 0 ? c : -1;
    }

    /// A written character stands for the original one at its place; one that was added shares the place of the
    /// original before; those that were removed leave no trace.
    private void write(byte[] utf8, int from, int to, int first) {
        int original = from;
        for (int i = 0; i < count; i++) {
            int start = original;
            int end = original < to ? original + CodePoints.length(utf8[original]) : original;
            if (changes[i] > 0) {
                start = original > first ? CodePoints.before(utf8, original) : 0;
                end = original > first ? original : 0;
            } else {
                for (int step = changes[i]; step <= 0 && original < to; step++) {
                    original += CodePoints.length(utf8[original]);
                }
            }
            put(chars[i], start, end);
        }
    }

    private void put(int c, int start, int end) {
        reserve(4);
        int before = size;
        size = Utf8.put(c, bytes, size);
        if (mapped) {
            Arrays.fill(starts, before, size, start);
            Arrays.fill(ends, before, size, end);
        }
    }

    private void reserve(int more) {
        if (size + more > bytes.length) {
            int room = Math.max(2 * bytes.length, size + more + 64);
            bytes = Arrays.copyOf(bytes, room);
        }
        if (mapped && size + more > starts.length) {
            starts = Arrays.copyOf(starts, bytes.length);
            ends = Arrays.copyOf(ends, bytes.length);
        }
    }

    private static int classOf(int c) {
        return c < 0x300 ? 0 : COMBINING.getOrDefault(c, 0);
    }

    private static Map<Integer, Integer> combining() {
        Map<Integer, Integer> classes = new HashMap<>();
        NfcData.combiningClasses((from, to, combiningClass) -> {
            for (int c = from; c <= to; c++) {
                classes.put(c, combiningClass);
            }
        });
        return classes;
    }
}
