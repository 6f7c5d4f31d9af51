package revontuli.bpe;

import java.util.Arrays;

/// Where tokens stand in a text, in bytes, with the spaces at their ends, which a file may ask to leave out.
final class Spans {
    private int[] items = new int[64];
    private int size;

    void clear() {
        size = 0;
    }

    void add(int start, int end, int leading, int trailing) {
        if (size == items.length) {
            items = Arrays.copyOf(items, 2 * size);
        }
        items[size] = start;
        items[size + 1] = end;
        items[size + 2] = leading;
        items[size + 3] = trailing;
        size += 4;
    }

    /// An added token, whose spaces are those of the text it was found as.
    void addToken(byte[] source, int from, int to, int start, int end) {
        int leading = 0;
        int p = from;
        while (p < to && blank(source, p)) {
            p += CodePoints.length(source[p]);
            leading++;
        }
        int trailing = 0;
        for (p = to; p > from && blank(source, CodePoints.before(source, p)); trailing++) {
            p = CodePoints.before(source, p);
        }
        add(start, end, leading, trailing);
    }

    /// Offsets as four numbers a token: bytes from and to, UTF-16 units from and to.
    ///
    /// @param trim leave out spaces
    /// @param keptPrefix leave a single space before the first character of the text
    int[] offsets(byte[] utf8, int length, boolean trim, boolean keptPrefix) {
        int[] offsets = Arrays.copyOf(items, size);
        for (int i = 0; i < size; i += 4) {
            if (trim) {
                trim(utf8, offsets, i, keptPrefix);
            }
        }
        int[] units = units(utf8, length);
        for (int i = 0; i < size; i += 4) {
            offsets[i + 2] = units.length == 0 ? offsets[i] : units[offsets[i]];
            offsets[i + 3] = units.length == 0 ? offsets[i + 1] : units[offsets[i + 1]];
        }
        return offsets;
    }

    private static void trim(byte[] utf8, int[] offsets, int i, boolean keptPrefix) {
        int leading = offsets[i + 2];
        int trailing = offsets[i + 3];
        if (leading > 0) {
            if (leading == 1 && keptPrefix && (i == 0 || offsets[i] == 0)) {
                leading = 0; // it was put there, not found
            }
            while (leading-- > 0 && offsets[i] < offsets[i + 1]) {
                offsets[i] += CodePoints.length(utf8[offsets[i]]);
            }
        }
        if (trailing > 0) {
            int end = offsets[i + 1];
            while (trailing > 0 && end > 0) {
                end = CodePoints.before(utf8, end);
                trailing--;
            }
            if (trailing == 0) { // otherwise the token has more spaces than the text has characters before its end
                offsets[i + 1] = Math.max(end, offsets[i]);
            }
        }
    }

    private static boolean blank(byte[] source, int at) {
        return (CodePoints.at(source, at) & CodePoints.SPACE) != 0 || CodePoints.codePoint(source, at) == 0x120;
    }

    /// UTF-16 unit of every byte; empty where they are the same.
    private static int[] units(byte[] utf8, int length) {
        int p = 0;
        while (p < length && utf8[p] >= 0) {
            p++;
        }
        if (p == length) {
            return new int[0];
        }
        int[] units = new int[length + 1];
        int unit = 0;
        for (p = 0; p < length; ) {
            int bytes = CodePoints.length(utf8[p]);
            Arrays.fill(units, p, p + bytes, unit);
            unit += bytes == 4 ? 2 : 1;
            p += bytes;
        }
        units[length] = unit;
        return units;
    }
}
