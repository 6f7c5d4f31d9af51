package revontuli.tokenizer.encode;

import java.util.Map;
import revontuli.platform.fault.Fault;

/// Lets bytes through that are UTF-8, in whole characters, however the pieces split them. For one thread; used once.
///
/// What is no UTF-8 (stray, overlong, cut off, surrogates, above U+10FFFF) is refused with its position or becomes
/// U+FFFD, one for each maximal run, as the WHATWG encoding standard has it.
public final class Utf8Filter {
    private static final byte[] REPLACEMENT = {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD};

    private final String field;
    private final InvalidUtf8 mode;
    private final byte[] split = new byte[4];
    private int splitCount;
    private int needed;
    private int lower = 0x80;
    private int upper = 0xBF;
    private long before;
    private long replaced;

    /// Takes whole characters.
    @FunctionalInterface
    public interface Sink {
        void take(byte[] bytes, int from, int to);
    }

    /// A filter at its beginning.
    ///
    /// @param field name of what is filtered, for the fault
    public Utf8Filter(String field, InvalidUtf8 mode) {
        this.field = field;
        this.mode = mode;
    }

    /// Bad runs that became U+FFFD.
    public long replaced() {
        return replaced;
    }

    /// Bytes taken so far.
    public long taken() {
        return before;
    }

    public void add(byte[] piece, Sink sink) {
        int at = finishSplit(piece, sink);
        if (needed > 0) {
            before += piece.length;
            return; // still not whole
        }
        int start = at; // of what is good and not yet given on
        int character = at; // of the character being read
        while (at < piece.length) {
            int b = piece[at] & 0xFF;
            if (needed == 0) {
                character = at;
                if (b < 0x80) {
                    at++;
                } else if (lead(b)) {
                    at++;
                } else {
                    give(piece, start, at, sink);
                    bad(before + at, sink);
                    start = ++at;
                }
            } else if (b < lower || b > upper) {
                give(piece, start, character, sink);
                bad(before + character, sink);
                start = at; // the byte itself may begin a character
                reset();
            } else {
                at++;
                follow();
            }
        }
        give(piece, start, needed == 0 ? piece.length : character, sink);
        if (needed > 0) {
            splitCount = piece.length - character;
            System.arraycopy(piece, character, split, 0, splitCount);
        }
        before += piece.length;
    }

    /// To be called at the end: a character that was cut off is bad.
    public void finish(Sink sink) {
        if (needed > 0) {
            int cut = splitCount;
            reset();
            splitCount = 0;
            bad(before - cut, sink);
        }
    }

    /// Goes on with a character that began in an earlier piece; where the piece goes on behind it.
    private int finishSplit(byte[] piece, Sink sink) {
        int at = 0;
        while (needed > 0 && at < piece.length) {
            int b = piece[at] & 0xFF;
            if (b < lower || b > upper) {
                long position = before - (splitCount - at);
                reset();
                splitCount = 0;
                bad(position, sink);
                return at;
            }
            split[splitCount++] = piece[at++];
            follow();
            if (needed == 0) {
                sink.take(split.clone(), 0, splitCount);
                splitCount = 0;
            }
        }
        return at;
    }

    private boolean lead(int b) {
        if (b >= 0xC2 && b <= 0xDF) {
            needed = 1;
        } else if (b >= 0xE0 && b <= 0xEF) {
            needed = 2;
            lower = b == 0xE0 ? 0xA0 : 0x80;
            upper = b == 0xED ? 0x9F : 0xBF;
        } else if (b >= 0xF0 && b <= 0xF4) {
            needed = 3;
            lower = b == 0xF0 ? 0x90 : 0x80;
            upper = b == 0xF4 ? 0x8F : 0xBF;
        } else {
            return false;
        }
        return true;
    }

    private void follow() {
        needed--;
        lower = 0x80;
        upper = 0xBF;
    }

    private void reset() {
        needed = 0;
        lower = 0x80;
        upper = 0xBF;
    }

    private void bad(long position, Sink sink) {
        if (mode == InvalidUtf8.REFUSE) {
            throw new Fault.Invalid(
                            "INVALID_UTF8",
                            field + ": no UTF-8 at byte " + position
                                    + "; mend the text, or ask for INVALID_UTF8_REPLACE",
                            Map.of("field", field, "at", Long.toString(position)))
                    .toException();
        }
        replaced++;
        sink.take(REPLACEMENT.clone(), 0, REPLACEMENT.length);
    }

    private static void give(byte[] piece, int from, int to, Sink sink) {
        if (from < to) {
            sink.take(piece, from, to);
        }
    }
}
