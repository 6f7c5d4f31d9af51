package revontuli.bpe;

/// GPT-2's pattern: contractions, then words, numbers and other signs with one space before them, then spaces.
final class GptScanner extends Scanner {
    private static final int KINDS = CodePoints.LETTER | CodePoints.NUMBER | CodePoints.SPACE;

    @Override
    int next(byte[] utf8, int at, int limit) {
        int start = at;
        int kind = CodePoints.at(utf8, at) & KINDS;
        if (kind == CodePoints.SPACE) {
            if (utf8[at] != ' ' || at + 1 == limit) {
                return spaces(utf8, at, limit);
            }
            start = at + 1;
            kind = CodePoints.at(utf8, start) & KINDS;
            if (kind == CodePoints.SPACE) {
                return spaces(utf8, at, limit);
            }
        } else if (utf8[at] == '\'') {
            int length = contraction(utf8, at, limit);
            if (length > 0) {
                return at + length;
            }
        }
        return kind == 0 ? CodePoints.skipOthers(utf8, start, limit, KINDS) : CodePoints.skip(utf8, start, limit, kind);
    }
}
