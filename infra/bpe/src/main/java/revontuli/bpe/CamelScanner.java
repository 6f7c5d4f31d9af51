package revontuli.bpe;

/// The patterns of o200k and Tekken: as [LineScanner], but a word ends where small letters turn into capitals, and may
/// carry its contraction.
final class CamelScanner extends Scanner {
    private static final int KNOWN = CodePoints.LETTER | CodePoints.NUMBER | CodePoints.SPACE;
    private final boolean contractions;
    private final int numbersMost;

    CamelScanner(boolean contractions, int numbersMost) {
        this.contractions = contractions;
        this.numbersMost = numbersMost;
    }

    @Override
    int next(byte[] utf8, int at, int limit) {
        int first = utf8[at];
        int kind = CodePoints.at(utf8, at);
        int second = at + CodePoints.length(first);
        boolean prefix = (kind & (CodePoints.LETTER | CodePoints.NUMBER)) == 0 && first != '\n' && first != '\r';
        int word = word(utf8, at, prefix ? second : at, limit);
        if (word >= 0) {
            return word;
        }
        if ((kind & CodePoints.NUMBER) != 0) {
            return numbers(utf8, at, limit, numbersMost);
        }
        int follows = second < limit ? CodePoints.at(utf8, second) : -1;
        if ((kind & CodePoints.SPACE) == 0 || (first == ' ' && follows >= 0 && (follows & KNOWN) == 0)) {
            int p = CodePoints.skipOthers(utf8, second, limit, KNOWN);
            while (p < limit && (utf8[p] == '\n' || utf8[p] == '\r' || utf8[p] == '/')) {
                p++;
            }
            return p;
        }
        return spacesByLine(utf8, at, limit);
    }

    /// End of a word that starts at either place, or -1: capitals then small letters, at least one; else capitals.
    private int word(byte[] utf8, int at, int afterPrefix, int limit) {
        int end = -1;
        if (afterPrefix > at) {
            end = mixed(utf8, afterPrefix, limit);
        }
        if (end < 0) {
            end = mixed(utf8, at, limit);
        }
        if (end < 0 && afterPrefix > at) {
            end = capitals(utf8, afterPrefix, limit);
        }
        if (end < 0) {
            end = capitals(utf8, at, limit);
        }
        if (end >= 0 && contractions && end < limit && utf8[end] == '\'') {
            end += contractionOfAnyCase(utf8, end, limit);
        }
        return end;
    }

    private static int mixed(byte[] utf8, int at, int limit) {
        int capitals = CodePoints.skip(utf8, at, limit, CodePoints.UPPER);
        int small = CodePoints.skip(utf8, capitals, limit, CodePoints.LOWER);
        if (small > capitals) {
            return small;
        }
        // letters without case count as both: the word ends after the last of them
        for (int p = capitals; p > at; ) {
            int before = CodePoints.before(utf8, p);
            if ((CodePoints.at(utf8, before) & CodePoints.LOWER) != 0) {
                return p;
            }
            p = before;
        }
        return -1;
    }

    private static int capitals(byte[] utf8, int at, int limit) {
        int capitals = CodePoints.skip(utf8, at, limit, CodePoints.UPPER);
        return capitals == at ? -1 : CodePoints.skip(utf8, capitals, limit, CodePoints.LOWER);
    }
}
