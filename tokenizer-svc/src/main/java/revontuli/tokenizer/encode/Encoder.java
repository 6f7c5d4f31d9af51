package revontuli.tokenizer.encode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import revontuli.platform.fault.Fault;
import revontuli.tokenizer.vocabulary.RegisteredTokenizer;
import revontuli.tokenizer.vocabulary.Tokenizers;
import revontuli.transparency.crypto.Digest;

/// Encodes, decodes and counts with the tokenizers of the suite.
public final class Encoder {
    private final Tokenizers tokenizers;
    private final Codecs codecs;
    private final Limits limits;

    public Encoder(Tokenizers tokenizers, Codecs codecs, Limits limits) {
        this.tokenizers = tokenizers;
        this.codecs = codecs;
        this.limits = limits;
    }

    /// Ids of a text with the digest of the tokenizer that made them.
    @SuppressWarnings("ArrayRecordComponent")
    public record Encoding(int[] ids, List<Codec.Offset> offsets, Digest tokenizer) {}

    /// Text with the digest of the tokenizer that made it.
    public record Decoding(String text, Digest tokenizer) {}

    /// Tokens and bytes of a text.
    public record Count(int tokens, int bytes, Digest tokenizer) {}

    public Encoding encode(Request request, String text, boolean withOffsets) {
        RegisteredTokenizer tokenizer = resolve(request);
        checkText("text", text);
        checkSpecials(tokenizer, "text", text, request.specials());
        Codec.Encoded encoded =
                codecs.open(tokenizer).encode(text, request.specials() == SpecialTokens.AS_TOKENS, withOffsets);
        return new Encoding(encoded.ids(), encoded.offsets(), tokenizer.digest());
    }

    /// Ids of many texts, in their order; one bad text fails them all and is named.
    public List<Encoding> encodeAll(Request request, List<String> texts) {
        RegisteredTokenizer tokenizer = resolve(request);
        checkBatch(texts);
        for (int i = 0; i < texts.size(); i++) {
            checkText("texts[" + i + "]", texts.get(i));
            checkSpecials(tokenizer, "texts[" + i + "]", texts.get(i), request.specials());
        }
        Codec codec = codecs.open(tokenizer);
        boolean specials = request.specials() == SpecialTokens.AS_TOKENS;
        List<Encoding> all = new ArrayList<>(texts.size());
        for (String text : texts) {
            Codec.Encoded encoded = codec.encode(text, specials, false);
            all.add(new Encoding(encoded.ids(), encoded.offsets(), tokenizer.digest()));
        }
        return all;
    }

    public Decoding decode(Request request, int[] ids, boolean skipSpecials) {
        RegisteredTokenizer tokenizer = resolve(request);
        if (ids.length > limits.idsMax()) {
            throw tooLarge("BATCH_TOO_LARGE", "ids", ids.length, limits.idsMax(), "ids");
        }
        int size = tokenizer.vocabulary().size();
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0 || ids[i] >= size) {
                throw new Fault.Invalid(
                                "UNKNOWN_TOKEN_ID",
                                "ids[" + i + "]: " + ids[i] + " is not an id of " + tokenizer.name() + " (0 to "
                                        + (size - 1) + ")",
                                Map.of("field", "ids[" + i + "]", "id", Integer.toString(ids[i])))
                        .toException();
            }
        }
        return new Decoding(codecs.open(tokenizer).decode(ids, skipSpecials), tokenizer.digest());
    }

    public Count count(Request request, String text) {
        Encoding encoding = encode(request, text, false);
        return new Count(encoding.ids().length, (int) Utf8.length(text), encoding.tokenizer());
    }

    /// Which tokenizer, and how.
    ///
    /// @param tokenizer id behind `tokenizers/`
    /// @param expected digest the caller relies on
    public record Request(String tokenizer, SpecialTokens specials, Optional<Digest> expected) {}

    private RegisteredTokenizer resolve(Request request) {
        RegisteredTokenizer tokenizer = tokenizers.find(request.tokenizer()).orElseThrow(() -> new Fault.NotFound(
                        "NO_SUCH_TOKENIZER",
                        "tokenizers/" + request.tokenizer() + " does not exist; ListTokenizers shows those that do",
                        Map.of("tokenizer", "tokenizers/" + request.tokenizer()))
                .toException());
        request.expected().filter(digest -> !digest.equals(tokenizer.digest())).ifPresent(digest -> {
            throw new Fault.Conflict(
                            "TOKENIZER_DIGEST_MISMATCH",
                            tokenizer.name() + " is " + tokenizer.digest() + ", not " + digest
                                    + ": the ids would mean other tokens",
                            Map.of(
                                    "expected",
                                    digest.toString(),
                                    "digest",
                                    tokenizer.digest().toString()))
                    .toException();
        });
        return tokenizer;
    }

    private void checkText(String field, String text) {
        long bytes = Utf8.length(text);
        if (bytes > limits.textBytesMax()) {
            throw tooLarge("TEXT_TOO_LARGE", field, bytes, limits.textBytesMax(), "bytes of UTF-8");
        }
    }

    private void checkBatch(List<String> texts) {
        if (texts.isEmpty() || texts.size() > limits.batchTextsMax()) {
            throw tooLarge("BATCH_TOO_LARGE", "texts", texts.size(), limits.batchTextsMax(), "texts, at least 1");
        }
        long bytes = texts.stream().mapToLong(Utf8::length).sum();
        if (bytes > limits.batchBytesMax()) {
            throw tooLarge("BATCH_TOO_LARGE", "texts", bytes, limits.batchBytesMax(), "bytes of UTF-8 in all");
        }
    }

    private static void checkSpecials(
            RegisteredTokenizer tokenizer, String field, String text, SpecialTokens specials) {
        if (specials != SpecialTokens.REJECT) {
            return;
        }
        for (RegisteredTokenizer.SpecialToken special : tokenizer.vocabulary().specialTokens()) {
            int at = text.indexOf(special.text());
            if (at >= 0) {
                throw new Fault.Invalid(
                                "SPECIAL_TOKEN_IN_TEXT",
                                field + ": the special token " + special.text() + " stands at UTF-16 unit " + at,
                                Map.of("field", field, "token", special.text(), "at", Integer.toString(at)))
                        .toException();
            }
        }
    }

    private static RuntimeException tooLarge(String reason, String field, long found, long limit, String unit) {
        return new Fault.Invalid(
                        reason,
                        field + ": has " + found + ", allowed are " + limit + " " + unit,
                        Map.of("field", field, "found", Long.toString(found), "limit", Long.toString(limit)))
                .toException();
    }
}
