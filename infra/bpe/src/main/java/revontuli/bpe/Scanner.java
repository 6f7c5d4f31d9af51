package revontuli.bpe;

/// Cuts text into pieces as a split pattern would, without a pattern engine: every character is looked at a bounded
/// number of times.
abstract class Scanner {
    /// The whole rest is one piece.
    static final Scanner WHOLE = new Scanner() {
        @Override
        int next(byte[] utf8, int at, int limit) {
            return limit;
        }
    };

    /// End of the piece that starts here. The text ends at the limit.
    ///
    /// @param utf8 valid UTF-8, at least up to the limit
    abstract int next(byte[] utf8, int at, int limit);

    /// `\s+(?!\S)|\s+`: a run of spaces, less the last one if something follows.
    static int spaces(byte[] utf8, int at, int limit) {
        int end = CodePoints.skip(utf8, at, limit, CodePoints.SPACE);
        if (end == limit) {
            return end;
        }
        int last = CodePoints.before(utf8, end);
        return last > at ? last : end;
    }

    /// `\s*[\r\n]+|\s+(?!\S)|\s+`: a run of spaces up to its last line end, if it has one.
    static int spacesByLine(byte[] utf8, int at, int limit) {
        int end = CodePoints.skip(utf8, at, limit, CodePoints.SPACE);
        for (int p = end - 1; p >= at; p--) {
            if (utf8[p] == '\n' || utf8[p] == '\r') {
                return p + 1;
            }
        }
        if (end == limit) {
            return end;
        }
        int last = CodePoints.before(utf8, end);
        return last > at ? last : end;
    }

    /// Length of `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d` at an apostrophe, else 0.
    static int contraction(byte[] utf8, int at, int limit) {
        if (at + 1 >= limit) {
            return 0;
        }
        int first = utf8[at + 1];
        if (first == 's' || first == 't' || first == 'm' || first == 'd') {
            return 2;
        }
        if (at + 2 >= limit) {
            return 0;
        }
        int second = utf8[at + 2];
        return (first == 'r' && second == 'e') || (first == 'v' && second == 'e') || (first == 'l' && second == 'l')
                ? 3
                : 0;
    }

    /// The same in any case; the long s of old print counts as an s.
    static int contractionOfAnyCase(byte[] utf8, int at, int limit) {
        if (at + 1 >= limit) {
            return 0;
        }
        int first = utf8[at + 1] | 0x20;
        if (first == 's' || first == 't' || first == 'm' || first == 'd') {
            return 2;
        }
        if (at + 2 >= limit) {
            return 0;
        }
        if (utf8[at + 1] == (byte) 0xC5 && utf8[at + 2] == (byte) 0xBF) {
            return 3;
        }
        int second = utf8[at + 2] | 0x20;
        return (first == 'r' && second == 'e') || (first == 'v' && second == 'e') || (first == 'l' && second == 'l')
                ? 3
                : 0;
    }

    /// End of at most `most` numbers.
    static int numbers(byte[] utf8, int at, int limit, int most) {
        int p = at;
        for (int i = 0; i < most && p < limit && (CodePoints.at(utf8, p) & CodePoints.NUMBER) != 0; i++) {
            p += CodePoints.length(utf8[p]);
        }
        return p;
    }
}
