package revontuli.bpe;

/// The patterns of cl100k, Llama 3 and Qwen: words with one sign before them, numbers in groups, signs with the line
/// ends after them, spaces by line.
final class LineScanner extends Scanner {
    private final int letters;
    private final int numbersMost;

    /// @param letters bits of the characters that make words
    /// @param numbersMost numbers in one piece
    LineScanner(int letters, int numbersMost) {
        this.letters = letters;
        this.numbersMost = numbersMost;
    }

    @Override
    int next(byte[] utf8, int at, int limit) {
        int first = utf8[at];
        int kind = CodePoints.at(utf8, at);
        if ((kind & letters) != 0) {
            return CodePoints.skip(utf8, at, limit, letters);
        }
        if ((kind & CodePoints.NUMBER) != 0) {
            return numbers(utf8, at, limit, numbersMost);
        }
        if (first == '\'') {
            int length = contractionOfAnyCase(utf8, at, limit);
            if (length > 0) {
                return at + length;
            }
        }
        int second = at + CodePoints.length(first);
        int follows = second < limit ? CodePoints.at(utf8, second) : -1;
        if (follows >= 0 && (follows & letters) != 0 && first != '\n' && first != '\r') {
            return CodePoints.skip(utf8, second, limit, letters);
        }
        int known = letters | CodePoints.NUMBER | CodePoints.SPACE;
        if ((kind & CodePoints.SPACE) == 0 || (first == ' ' && follows >= 0 && (follows & known) == 0)) {
            return lineEnds(utf8, CodePoints.skipOthers(utf8, second, limit, known), limit);
        }
        return spacesByLine(utf8, at, limit);
    }

    private static int lineEnds(byte[] utf8, int at, int limit) {
        int p = at;
        while (p < limit && (utf8[p] == '\n' || utf8[p] == '\r')) {
            p++;
        }
        return p;
    }
}
