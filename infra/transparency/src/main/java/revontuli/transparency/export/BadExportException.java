package revontuli.transparency.export;

/// The first thing that is wrong with an export; it ends the verification.
final class BadExportException extends Exception {
    private static final long serialVersionUID = 1L;
    static final long NO_INDEX = -1;

    private final Verification.Reason reason;
    private final long index;
    private final String sentence;

    BadExportException(Verification.Reason reason, long index, String sentence) {
        super(sentence, null, false, false);
        this.reason = reason;
        this.index = index;
        this.sentence = sentence;
    }

    Verification.Reason reason() {
        return reason;
    }

    long index() {
        return index;
    }

    String sentence() {
        return sentence;
    }
}
