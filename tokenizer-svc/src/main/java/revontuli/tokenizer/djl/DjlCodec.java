package revontuli.tokenizer.djl;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import revontuli.tokenizer.encode.Codec;
import revontuli.tokenizer.encode.PieceDecoder;
import revontuli.tokenizer.encode.ServingPath;
import revontuli.tokenizer.encode.WindowDecoder;
import revontuli.tokenizer.vocabulary.Description;
import revontuli.tokenizer.vocabulary.RegisteredTokenizer.Vocabulary;

/// A tokenizer of the Hugging Face library. Native memory is freed by [#close].
///
/// Two native tokenizers stand behind it: one that knows the special tokens, and one to which they are text, because
/// the library reads them as control tokens wherever they stand.
public final class DjlCodec implements Codec, AutoCloseable {
    // without the first, the library cuts every text at 512 tokens in silence
    private static final Map<String, String> OPTIONS =
            Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false");

    /// A token of byte fallback: its neighbours decide whether it is part of a character.
    private static final Pattern BYTE_TOKEN = Pattern.compile("<0x[0-9A-Fa-f]{2}>");

    private final HuggingFaceTokenizer withSpecials;
    private final HuggingFaceTokenizer asText;

    private final String[] tokens;

    private DjlCodec(HuggingFaceTokenizer withSpecials, HuggingFaceTokenizer asText, String[] tokens) {
        this.withSpecials = withSpecials;
        this.asText = asText;
        this.tokens = tokens;
    }

    /// Opens a `tokenizer.json`; a fault MALFORMED_TOKENIZER tells why it cannot be used.
    public static DjlCodec open(byte[] tokenizerJson) {
        TokenizerFile file = TokenizerFile.parse(tokenizerJson);
        String[] tokens = file.tokens(file.vocabulary().size());
        return new DjlCodec(open(file.text()), open(file.withoutSpecialTokens()), tokens);
    }

    /// Reads and checks a file without keeping it open.
    public static Vocabulary read(byte[] tokenizerJson) {
        Vocabulary vocabulary = TokenizerFile.parse(tokenizerJson).vocabulary();
        open(tokenizerJson).close();
        return vocabulary;
    }

    /// What a file says of itself.
    public static Description describe(byte[] tokenizerJson) {
        return TokenizerFile.parse(tokenizerJson).describe();
    }

    @Override
    public ServingPath path() {
        return ServingPath.HUGGING_FACE_LIBRARY;
    }

    @Override
    public String token(int id) {
        return tokens[id];
    }

    @Override
    public PieceDecoder pieceDecoder(boolean skipSpecials) {
        return new WindowDecoder(
                ids -> decode(ids, skipSpecials),
                id -> BYTE_TOKEN.matcher(tokens[id]).matches());
    }

    @Override
    public Encoded encode(String text, boolean specials, boolean withOffsets) {
        Encoding encoding = (specials ? withSpecials : asText).encode(text, false, false);
        long[] wide = encoding.getIds();
        int[] ids = new int[wide.length];
        for (int i = 0; i < wide.length; i++) {
            ids[i] = Math.toIntExact(wide[i]);
        }
        return new Encoded(ids, withOffsets ? offsets(text, encoding.getCharTokenSpans()) : List.of());
    }

    @Override
    public String decode(int[] ids, boolean skipSpecials) {
        long[] wide = new long[ids.length];
        for (int i = 0; i < ids.length; i++) {
            wide[i] = ids[i];
        }
        return withSpecials.decode(wide, skipSpecials);
    }

    @Override
    public void close() {
        withSpecials.close();
        asText.close();
    }

    private static HuggingFaceTokenizer open(String json) {
        try {
            return HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), OPTIONS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw TokenizerFile.malformed("the tokenizer library does not take it: " + e.getMessage());
        }
    }

    /// Spans count code points; ours count bytes and UTF-16 units.
    private static List<Offset> offsets(String text, @Nullable CharSpan[] spans) {
        int codePoints = text.codePointCount(0, text.length());
        int[] utf16 = new int[codePoints + 1];
        int[] bytes = new int[codePoints + 1];
        int unit = 0;
        for (int i = 0; i < codePoints; i++) {
            int c = text.codePointAt(unit);
            unit += Character.charCount(c);
            utf16[i + 1] = unit;
            bytes[i + 1] = bytes[i] + (c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4);
        }
        List<Offset> offsets = new ArrayList<>(spans.length);
        for (CharSpan span : spans) {
            int start = span == null ? 0 : Math.min(span.getStart(), codePoints);
            int end = span == null ? 0 : Math.min(span.getEnd(), codePoints);
            offsets.add(new Offset(bytes[start], bytes[end], utf16[start], utf16[end]));
        }
        return offsets;
    }
}
