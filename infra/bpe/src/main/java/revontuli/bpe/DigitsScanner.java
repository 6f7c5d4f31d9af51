package revontuli.bpe;

/// Numbers apart from everything else, each alone or in runs.
final class DigitsScanner extends Scanner {
    private final boolean individual;

    DigitsScanner(boolean individual) {
        this.individual = individual;
    }

    @Override
    int next(byte[] utf8, int at, int limit) {
        if ((CodePoints.at(utf8, at) & CodePoints.NUMBER) == 0) {
            return CodePoints.skipOthers(utf8, at, limit, CodePoints.NUMBER);
        }
        return individual ? at + CodePoints.length(utf8[at]) : CodePoints.skip(utf8, at, limit, CodePoints.NUMBER);
    }
}
