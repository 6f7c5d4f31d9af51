package revontuli.bpe;

/// A text that cannot be encoded; the message tells why and where.
@SuppressWarnings("serial")
public final class UnusableText extends IllegalArgumentException {
    private final Reason reason;
    private final long position;

    public enum Reason {
        /// Bytes that are no UTF-8; the position counts bytes.
        NOT_UTF8,
        /// Half a surrogate pair; the position counts UTF-16 units.
        LONE_SURROGATE,
        /// A streamed text without a place to cut for longer than may be held back; the position counts bytes.
        NO_PLACE_TO_CUT
    }

    UnusableText(Reason reason, long position, String message) {
        super(message);
        this.reason = reason;
        this.position = position;
    }

    static UnusableText notUtf8(long position) {
        return new UnusableText(Reason.NOT_UTF8, position, "not UTF-8 at byte " + position);
    }

    public Reason reason() {
        return reason;
    }

    public long position() {
        return position;
    }
}
