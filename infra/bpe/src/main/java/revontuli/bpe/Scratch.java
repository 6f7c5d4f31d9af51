package revontuli.bpe;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Everything one encoding needs to hold, used again by the next. One thread at a time.
final class Scratch {
    /// Bytes that must follow a text in its array.
    static final int PADDING = 16;

    private static final int TEXT_KEPT = 1 << 22;
    private static final byte[] NOTHING = new byte[PADDING];

    private final Vocabulary vocabulary;
    private final WordIndex words;
    private final boolean wholeWords;
    private final Scanner[] stages;
    private final int prefixStage;
    private final boolean nfcWanted;
    private final Merger merger;
    private final WordCache cache = new WordCache();
    private final Nfc nfc = new Nfc();
    private final int[] stageEnds;
    private final AddedTokens.Pieces plainPieces = this::plainPiece;
    private final AddedTokens.Pieces normalizedPieces = this::normalizedPiece;
    private final Spans keptSpans = new Spans();
    private byte[] text = new byte[4096];
    private byte[] prefixed = new byte[256];

    // the encoding at hand
    private byte[] original = NOTHING;
    private AddedTokens added = new AddedTokens(List.of(), false);
    private Ids out = new Ids();
    private @Nullable Spans spans;
    private byte[] source = NOTHING;
    private boolean mapped;
    private int shift;
    private boolean prefixedNow;

    Scratch(Definition definition, Vocabulary vocabulary, Merges merges, WordIndex words) {
        this.vocabulary = vocabulary;
        this.words = words;
        wholeWords = definition.ignoreMerges();
        stages = definition.stages().toArray(Scanner[]::new);
        stageEnds = new int[stages.length];
        prefixStage = definition.prefixStage();
        nfcWanted = definition.nfc();
        merger = new Merger(merges);
    }

    Merger merger() {
        return merger;
    }

    /// An array with room for a text of this many bytes and what must follow it.
    byte[] room(int bytes) {
        if (text.length < bytes + PADDING) {
            text = new byte[Math.max(bytes + PADDING, Math.min(2 * text.length, TEXT_KEPT))];
        }
        return text;
    }

    /// Lets go of what a giant text needed.
    void rest() {
        original = NOTHING;
        source = NOTHING;
        out = new Ids(0);
        spans = null;
        if (text.length > TEXT_KEPT) {
            text = new byte[4096];
        }
        if (prefixed.length > TEXT_KEPT) {
            prefixed = new byte[256];
        }
    }

    Spans spans() {
        keptSpans.clear();
        return keptSpans;
    }

    /// Appends the ids of `[from, to)`.
    ///
    /// @param utf8 valid UTF-8 with [#PADDING] bytes more
    /// @param spans where each id stands, if asked for
    void encode(byte[] utf8, int from, int to, AddedTokens added, Ids out, @Nullable Spans spans) {
        this.original = utf8;
        this.added = added;
        this.out = out;
        this.spans = spans;
        if (added.plain().empty()) {
            plainPiece(null, from, to);
        } else {
            added.split(added.plain(), utf8, from, to, plainPieces);
        }
    }

    private void plainPiece(@Nullable AddedToken token, int from, int to) {
        if (from == to) {
            return;
        }
        source = original;
        mapped = false;
        if (token != null) {
            token(token, from, to);
            return;
        }
        int start = from;
        int end = to;
        if (nfcWanted && !Nfc.settled(original, from, to)) {
            nfc.normalize(original, from, to, spans != null);
            source = nfc.bytes();
            mapped = true;
            start = 0;
            end = nfc.size();
        }
        if (added.normalized().empty()) {
            pieces(start, end);
        } else {
            added.split(added.normalized(), source, start, end, normalizedPieces);
        }
    }

    private void normalizedPiece(@Nullable AddedToken token, int from, int to) {
        if (from == to) {
            return;
        }
        if (token != null) {
            token(token, from, to);
        } else {
            pieces(from, to);
        }
    }

    private void token(AddedToken token, int from, int to) {
        out.add(token.id());
        if (spans != null) {
            spans.addToken(source, from, to, originStart(from), originEnd(to));
        }
    }

    private void pieces(int from, int to) {
        if (prefixStage == Definition.NO_PREFIX) {
            scan(source, from, to, 0, stages.length);
        } else if (prefixStage == 0) {
            withPrefix(from, to);
        } else {
            scan(source, from, to, 0, prefixStage);
        }
    }

    /// Runs the stages `[first, last)` over a piece; what the last one cuts is a word, or goes to the prefix.
    private void scan(byte[] bytes, int from, int to, int first, int last) {
        Scanner inner = stages[last - 1];
        boolean word = last == stages.length;
        if (last - first == 1) {
            for (int at = from; at < to; ) {
                int end = inner.next(bytes, at, to);
                piece(bytes, at, end, word);
                at = end;
            }
            return;
        }
        Arrays.fill(stageEnds, first, last, from);
        for (int at = from; at < to; ) {
            int limit = to;
            for (int i = first; i < last; i++) {
                if (stageEnds[i] <= at) {
                    stageEnds[i] = stages[i].next(bytes, at, limit);
                }
                limit = stageEnds[i];
            }
            piece(bytes, at, limit, word);
            at = limit;
        }
    }

    private void piece(byte[] bytes, int from, int to, boolean word) {
        if (word) {
            word(bytes, from, to);
        } else {
            withPrefix(from, to);
        }
    }

    private void withPrefix(int from, int to) {
        if (source[from] == ' ') {
            scan(source, from, to, prefixStage, stages.length);
            return;
        }
        int length = to - from + 1;
        if (prefixed.length < length + PADDING) {
            prefixed = new byte[Math.max(length + PADDING, 2 * prefixed.length)];
        }
        prefixed[0] = ' ';
        System.arraycopy(source, from, prefixed, 1, length - 1);
        shift = from - 1;
        prefixedNow = true;
        scan(prefixed, 0, length, prefixStage, stages.length);
        prefixedNow = false;
    }

    private void word(byte[] bytes, int from, int to) {
        int firstId = out.size();
        if (to - from > WordCache.WORD_MAX) {
            int whole = wholeWords ? words.find(bytes, from, to) : -1;
            if (whole >= 0) {
                out.add(whole);
            } else {
                merger.merge(bytes, from, to, out);
            }
        } else if (!cache.find(bytes, from, to, out)) {
            int whole = words.find(bytes, from, to);
            if (whole >= 0) {
                out.add(whole);
            } else {
                merger.merge(bytes, from, to, out);
            }
            cache.enter(bytes, from, to, out, firstId);
        }
        if (spans != null) {
            locate(from, firstId);
        }
    }

    private void locate(int from, int firstId) {
        int at = from;
        for (int i = firstId; i < out.size(); i++) {
            int id = out.get(i);
            int end = at + vocabulary.length(id);
            int start = at;
            if (prefixedNow) {
                start = Math.max(at, 1) + shift;
                int last = end == 1 ? 1 + CodePoints.length(source[shift + 1]) : end;
                spansAdd(start, last + shift, id);
            } else {
                spansAdd(start, end, id);
            }
            at = end;
        }
    }

    private void spansAdd(int start, int end, int id) {
        if (spans != null) {
            spans.add(originStart(start), originEnd(end), vocabulary.leadingSpaces(id), vocabulary.trailingSpaces(id));
        }
    }

    /// First byte, in the text as it came, of the character that holds this byte.
    private int originStart(int at) {
        if (mapped) {
            return nfc.start(at);
        }
        int p = at;
        while ((source[p] & 0xC0) == 0x80) {
            p--;
        }
        return p;
    }

    /// End, in the text as it came, of the character that holds the byte before this one.
    private int originEnd(int end) {
        if (mapped) {
            return nfc.end(end - 1);
        }
        int p = end - 1;
        while ((source[p] & 0xC0) == 0x80) {
            p--;
        }
        return p + CodePoints.length(source[p]);
    }
}
