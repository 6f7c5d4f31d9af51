package revontuli.bpe;

import java.util.Arrays;
import java.util.Objects;

/// Ids of a text as it comes, in pieces that may split characters and tokens. Ids that came out never change; together
/// they are those of the whole text encoded at once. One thread at a time.
///
/// Text is held back up to the last place where a cut changes nothing: a space before a word, the end of a line or a
/// sign after a letter, away from added tokens. Text without such a place for longer than the limit is refused: an
/// endless run of one character has no ids before its end is seen.
public final class StreamingEncoder {
    private static final int CHUNK = 1 << 15;
    /// Bytes of one character and the next.
    private static final int LOOKAHEAD = 8;

    private final BpeTokenizer tokenizer;
    private final AddedTokens added;
    private final int pendingMax;
    private final boolean prefix;
    private final boolean cuttable;
    private final int window;
    private final boolean windowSettled;

    private byte[] held = new byte[4096];
    private int size;
    private int valid;
    private int searched;
    private long encoded;

    StreamingEncoder(BpeTokenizer tokenizer, Specials specials, int pendingMax) {
        if (pendingMax < 1) {
            throw new IllegalArgumentException("pendingMax must be at least 1");
        }
        this.tokenizer = tokenizer;
        this.pendingMax = pendingMax;
        Definition definition = tokenizer.definition();
        added = tokenizer.added(specials);
        prefix = definition.prefixStage() != Definition.NO_PREFIX;
        cuttable = definition.stages().stream()
                .anyMatch(stage -> stage != Scanner.WHOLE && !(stage instanceof DigitsScanner));
        // a normalized token may stand in the text in another form, up to three times as long
        windowSettled = definition.nfc() && !added.normalized().empty();
        window = LOOKAHEAD + added.longest() * (windowSettled ? 3 : 1);
    }

    /// Takes a piece of the text and appends the ids that are certain now.
    ///
    /// @throws UnusableText if the bytes are not UTF-8, or no place to cut came within the limit
    public void add(byte[] piece, int from, int to, Ids ids) {
        Objects.checkFromToIndex(from, to, piece.length);
        for (int at = from; at < to; ) {
            int count = Math.min(to - at, CHUNK);
            hold(piece, at, count);
            at += count;
            int cut = lastCut();
            if (cut > 0) {
                encode(cut, ids);
            }
            if (size > pendingMax) {
                throw new UnusableText(
                        UnusableText.Reason.NO_PLACE_TO_CUT,
                        encoded,
                        "no place to cut within " + pendingMax + " bytes from byte " + encoded);
            }
        }
    }

    /// Ends the text and appends the last ids.
    ///
    /// @throws UnusableText if the text ends inside a character
    public void finish(Ids ids) {
        if (valid < size) {
            throw UnusableText.notUtf8(encoded + valid);
        }
        encode(size, ids);
    }

    /// Bytes held back.
    public int pending() {
        return size;
    }

    private void hold(byte[] piece, int from, int count) {
        if (size + count + Scratch.PADDING > held.length) {
            held = Arrays.copyOf(held, Math.max(2 * held.length, size + count + Scratch.PADDING));
        }
        System.arraycopy(piece, from, held, size, count);
        size += count;
        while (valid < size) {
            int length = Utf8.length(held, valid, size);
            if (length == 0) {
                throw UnusableText.notUtf8(encoded + valid);
            }
            if (length < 0) {
                return;
            }
            valid += length;
        }
    }

    private void encode(int cut, Ids ids) {
        Scratch scratch = tokenizer.take();
        try {
            scratch.encode(held, 0, cut, added, ids, null);
        } finally {
            tokenizer.give(scratch);
        }
        System.arraycopy(held, cut, held, 0, size - cut);
        size -= cut;
        valid -= cut;
        searched = Math.max(0, searched - cut);
        encoded += cut;
    }

    /// The last place to cut, or 0.
    private int lastCut() {
        if (!cuttable) {
            return 0;
        }
        int last = valid - window;
        int floor = Math.max(1, searched);
        searched = Math.max(searched, last);
        for (int p = last; p >= floor; p--) {
            if (cut(p)) {
                return p;
            }
        }
        return 0;
    }

    private boolean cut(int at) {
        if ((held[at] & 0xC0) == 0x80) {
            return false;
        }
        int before = CodePoints.at(held, CodePoints.before(held, at));
        boolean splits = held[at] == ' '
                ? (before & CodePoints.SPACE) == 0 && letter(held[at + 1])
                : !prefix && (before & CodePoints.LETTER) != 0 && endsWord(at);
        return splits && !nearToken(at);
    }

    private static boolean letter(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z');
    }

    private boolean endsWord(int at) {
        if (held[at] == '\n') {
            return true;
        }
        int any = CodePoints.LETTER | CodePoints.MARK | CodePoints.NUMBER | CodePoints.SPACE | CodePoints.UNSETTLED;
        return held[at] != '\'' && (CodePoints.at(held, at) & any) == 0;
    }

    private boolean nearToken(int at) {
        if (windowSettled) {
            int from = Math.max(0, at - window);
            while ((held[from] & 0xC0) == 0x80) {
                from++;
            }
            if (!Nfc.settled(held, from, Math.min(valid, at + window - LOOKAHEAD))) {
                return true;
            }
        }
        return added.touches(held, 0, valid, at);
    }
}
