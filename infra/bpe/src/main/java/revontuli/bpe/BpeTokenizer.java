package revontuli.bpe;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// A byte-level BPE tokenizer: the same ids as the reference library for every text. Safe for many threads. No special
/// tokens are ever added, and nothing is cut off.
public final class BpeTokenizer {
    private final Definition definition;
    private final Vocabulary vocabulary;
    private final Merges merges;
    private final WordIndex words;
    private final AddedTokens asTokens;
    private final AddedTokens asText;
    private final AtomicReferenceArray<@Nullable Scratch> resting =
            new AtomicReferenceArray<>(2 * Runtime.getRuntime().availableProcessors());

    private BpeTokenizer(Definition definition) {
        this.definition = definition;
        vocabulary = new Vocabulary(definition.tokens(), definition.added());
        merges = new Merges(
                definition.left(),
                definition.right(),
                definition.made(),
                definition.idOfByte(),
                definition.tokens().length);
        asTokens = new AddedTokens(definition.added(), definition.nfc());
        asText = new AddedTokens(
                definition.added().stream().filter(token -> !token.special()).toList(), definition.nfc());
        words = wholeWords();
    }

    /// Reads a `tokenizer.json`.
    ///
    /// @throws NotOurs if it is none of the byte-level BPE family
    /// @throws MalformedTokenizer if it is broken
    public static BpeTokenizer read(byte[] json, FileLimits limits) throws NotOurs {
        return new BpeTokenizer(TokenizerFile.read(json, limits));
    }

    public static BpeTokenizer read(byte[] json) throws NotOurs {
        return read(json, FileLimits.DEFAULT);
    }

    /// One above the highest id.
    public int size() {
        return vocabulary.size();
    }

    /// Ids that have a token.
    public int tokenCount() {
        return vocabulary.known();
    }

    /// Special and other added tokens in the order of the file.
    public List<AddedToken> addedTokens() {
        return definition.added();
    }

    public boolean isSpecial(int id) {
        return id >= 0 && id < size() && vocabulary.special(id);
    }

    /// A token as the file spells it, such as `Ġworld`; empty for an id that has none.
    public String token(int id) {
        return vocabulary.text(id);
    }

    /// The bytes an id stands for; none for an id that has no token.
    public byte[] bytes(int id) {
        return Arrays.copyOfRange(vocabulary.bytes(), vocabulary.start(id), vocabulary.end(id));
    }

    /// Ids and, four numbers a token, where each stands: bytes from and to, UTF-16 units from and to. Tokens that share
    /// a character all cover it whole.
    @SuppressWarnings("ArrayRecordComponent")
    public record Encoded(int[] ids, int[] offsets) {}

    /// Ids of a text.
    ///
    /// @throws UnusableText if half a surrogate pair stands alone in the text
    public int[] encode(String text, Specials specials) {
        Scratch scratch = take();
        try {
            Ids ids = new Ids(text.length() / 3);
            int length = utf8(text, scratch);
            scratch.encode(scratch.room(length), 0, length, added(specials), ids, null);
            return ids.toArray();
        } finally {
            give(scratch);
        }
    }

    /// Ids of a text in UTF-8.
    ///
    /// @throws UnusableText if the bytes are not UTF-8
    public int[] encode(byte[] utf8, Specials specials) {
        Ids ids = new Ids(utf8.length / 3);
        encode(utf8, 0, utf8.length, specials, ids);
        return ids.toArray();
    }

    public Encoded encodeWithOffsets(String text, Specials specials) {
        Scratch scratch = take();
        try {
            Ids ids = new Ids(text.length() / 3);
            int length = utf8(text, scratch);
            byte[] utf8 = scratch.room(length);
            Spans spans = scratch.spans();
            scratch.encode(utf8, 0, length, added(specials), ids, spans);
            return new Encoded(
                    ids.toArray(), spans.offsets(utf8, length, definition.trimOffsets(), definition.keptPrefix()));
        } finally {
            give(scratch);
        }
    }

    /// Appends the ids of `[from, to)`.
    ///
    /// @throws UnusableText if the bytes are not UTF-8
    public void encode(byte[] utf8, int from, int to, Specials specials, Ids ids) {
        Objects.checkFromToIndex(from, to, utf8.length);
        int bad = Utf8.firstMalformed(utf8, from, to);
        if (bad >= 0) {
            throw UnusableText.notUtf8(bad - from);
        }
        Scratch scratch = take();
        try {
            byte[] room = scratch.room(to - from);
            System.arraycopy(utf8, from, room, 0, to - from);
            scratch.encode(room, 0, to - from, added(specials), ids, null);
        } finally {
            give(scratch);
        }
    }

    /// Text of ids; what is no UTF-8 shows as U+FFFD. Ids without a token stand for nothing.
    ///
    /// @throws IndexOutOfBoundsException if an id is not below [#size]
    public String decode(int[] ids, boolean skipSpecials) {
        byte[] bytes = decodeBytes(ids, skipSpecials);
        return Utf8.text(bytes, 0, bytes.length);
    }

    public byte[] decodeBytes(int[] ids, boolean skipSpecials) {
        int length = 0;
        for (int id : ids) {
            length += skipSpecials && vocabulary.special(id) ? 0 : vocabulary.length(id);
        }
        byte[] bytes = new byte[length];
        int at = 0;
        for (int id : ids) {
            if (!(skipSpecials && vocabulary.special(id))) {
                int count = vocabulary.length(id);
                System.arraycopy(vocabulary.bytes(), vocabulary.start(id), bytes, at, count);
                at += count;
            }
        }
        return bytes;
    }

    /// A decoder of ids as they come.
    public StreamingDecoder decoder(boolean skipSpecials) {
        return new StreamingDecoder(vocabulary, skipSpecials);
    }

    /// An encoder of a text as it comes.
    ///
    /// @param pendingMax bytes it may hold back while it waits for a place to cut
    public StreamingEncoder encoder(Specials specials, int pendingMax) {
        return new StreamingEncoder(this, specials, pendingMax);
    }

    /// Steps that merging a text costs, without what caches save.
    long mergeSteps(String text) {
        Scratch fresh = new Scratch(definition, vocabulary, merges, words);
        int length = utf8(text, fresh);
        fresh.encode(fresh.room(length), 0, length, asText, new Ids(), null);
        return fresh.merger().steps();
    }

    AddedTokens added(Specials specials) {
        return specials == Specials.AS_TOKENS ? asTokens : asText;
    }

    Definition definition() {
        return definition;
    }

    /// The first that rests: so few are in use, and what they remember is warm.
    Scratch take() {
        for (int i = 0; i < resting.length(); i++) {
            Scratch scratch = resting.get(i) == null ? null : resting.getAndSet(i, null);
            if (scratch != null) {
                return scratch;
            }
        }
        return new Scratch(definition, vocabulary, merges, words);
    }

    void give(Scratch scratch) {
        scratch.rest();
        for (int i = 0; i < resting.length(); i++) {
            if (resting.get(i) == null && resting.compareAndSet(i, null, scratch)) {
                return;
            }
        }
    }

    /// Tokens that a word of their bytes becomes: by merging, or at once if the file says so. A special token never
    /// comes from a word.
    private WordIndex wholeWords() {
        WordIndex index = new WordIndex(vocabulary);
        Merger merger = new Merger(merges);
        Ids ids = new Ids();
        for (int id = 0; id < definition.tokens().length; id++) {
            String token = definition.tokens()[id];
            byte[] bytes = token == null ? new byte[0] : ByteAlphabet.bytes(token);
            if (bytes.length == 0 || vocabulary.special(id)) {
                continue;
            }
            if (!definition.ignoreMerges()) {
                if (bytes.length > WordCache.WORD_MAX) {
                    continue;
                }
                ids.clear();
                merger.merge(bytes, 0, bytes.length, ids);
                if (ids.size() != 1 || ids.get(0) != id) {
                    continue;
                }
            }
            index.add(id);
        }
        return index;
    }

    private static int utf8(String text, Scratch scratch) {
        byte[] bytes = scratch.room(3 * Math.min(text.length(), Integer.MAX_VALUE / 4));
        int size = 0;
        int length = text.length();
        int i = 0;
        while (i < length) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes[size++] = (byte) c;
            } else if (!Character.isSurrogate(c)) {
                size = Utf8.put(c, bytes, size);
            } else {
                if (Character.isLowSurrogate(c) || i + 1 == length || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw new UnusableText(
                            UnusableText.Reason.LONE_SURROGATE, i, "half a surrogate pair stands at UTF-16 unit " + i);
                }
                size = Utf8.put(Character.toCodePoint(c, text.charAt(i + 1)), bytes, size);
                i++;
            }
            i++;
        }
        return size;
    }
}
