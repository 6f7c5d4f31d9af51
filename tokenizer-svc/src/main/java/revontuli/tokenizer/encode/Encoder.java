package revontuli.tokenizer.encode;

import java.util.ArrayList;
import java.util.Arrays;
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

    /// Which tokenizer, and how.
    ///
    /// @param tokenizer id behind `tokenizers/`
    /// @param expected digest the caller relies on
    public record Request(String tokenizer, SpecialTokens specials, Optional<Digest> expected) {}

    /// Who served a call: the tokenizer's digest, and which code.
    public record Served(Digest tokenizer, ServingPath path) {}

    /// Ids of a text; offsets and tokens where asked for.
    @SuppressWarnings("ArrayRecordComponent")
    public record Encoding(int[] ids, List<Codec.Offset> offsets, List<String> tokens, int replaced, Served served) {}

    /// Ids of many texts, in their order.
    public record Encodings(List<int[]> lists, int replaced, Served served) {}

    /// Texts of many lists of ids, in their order.
    public record Decodings(List<String> texts, Served served) {}

    /// Tokens and bytes of a text.
    public record Count(int tokens, int bytes, int replaced, Served served) {}

    public Encoding encode(Request request, Text text, boolean withOffsets) {
        RegisteredTokenizer tokenizer = resolve(request);
        check(tokenizer, text, request.specials());
        Codec codec = codecs.open(tokenizer);
        boolean specials = request.specials() == SpecialTokens.AS_TOKENS;
        Served served = new Served(tokenizer.digest(), codec.path());
        if (!withOffsets) {
            return new Encoding(text.ids(codec, specials), List.of(), List.of(), text.replaced(), served);
        }
        Codec.Encoded encoded = codec.encode(text.string(), specials, true);
        List<String> tokens =
                Arrays.stream(encoded.ids()).mapToObj(codec::token).toList();
        return new Encoding(encoded.ids(), encoded.offsets(), tokens, text.replaced(), served);
    }

    /// One bad text fails them all and is named.
    public Encodings encodeAll(Request request, List<Text> texts) {
        RegisteredTokenizer tokenizer = resolve(request);
        checkBatch("texts", texts.size());
        long bytes = texts.stream().mapToLong(Text::bytes).sum();
        if (bytes > limits.batchBytesMax()) {
            throw tooLarge("BATCH_TOO_LARGE", "texts", bytes, limits.batchBytesMax(), "bytes of UTF-8 in all");
        }
        texts.forEach(text -> check(tokenizer, text, request.specials()));
        Codec codec = codecs.open(tokenizer);
        boolean specials = request.specials() == SpecialTokens.AS_TOKENS;
        List<int[]> lists = new ArrayList<>(texts.size());
        int replaced = 0;
        for (Text text : texts) {
            lists.add(text.ids(codec, specials));
            replaced += text.replaced();
        }
        return new Encodings(lists, replaced, new Served(tokenizer.digest(), codec.path()));
    }

    public Decodings decode(Request request, int[] ids, boolean skipSpecials) {
        RegisteredTokenizer tokenizer = resolve(request);
        checkIds("ids", ids.length);
        requireKnown(tokenizer, "ids", ids, 0);
        Codec codec = codecs.open(tokenizer);
        return new Decodings(List.of(codec.decode(ids, skipSpecials)), new Served(tokenizer.digest(), codec.path()));
    }

    /// One bad list fails them all and is named.
    public Decodings decodeAll(Request request, List<int[]> lists, boolean skipSpecials) {
        RegisteredTokenizer tokenizer = resolve(request);
        checkBatch("lists", lists.size());
        checkIds("lists", lists.stream().mapToLong(ids -> ids.length).sum());
        for (int i = 0; i < lists.size(); i++) {
            requireKnown(tokenizer, "lists[" + i + "].ids", lists.get(i), 0);
        }
        Codec codec = codecs.open(tokenizer);
        List<String> texts =
                lists.stream().map(ids -> codec.decode(ids, skipSpecials)).toList();
        return new Decodings(texts, new Served(tokenizer.digest(), codec.path()));
    }

    public Count count(Request request, Text text) {
        Encoding encoding = encode(request, text, false);
        return new Count(encoding.ids().length, Math.toIntExact(text.bytes()), text.replaced(), encoding.served());
    }

    /// Begins a document of any size.
    public DocumentEncoding document(Request request, InvalidUtf8 invalid) {
        RegisteredTokenizer tokenizer = resolve(request);
        return new DocumentEncoding(
                tokenizer, codecs.open(tokenizer), request.specials(), new Utf8Filter("piece", invalid), limits);
    }

    /// Begins a stream of ids.
    public IdStream idStream(Request request, boolean skipSpecials) {
        RegisteredTokenizer tokenizer = resolve(request);
        return new IdStream(tokenizer, codecs.open(tokenizer), skipSpecials, limits);
    }

    /// The tokenizer that a request names; faults where there is none, or another one than the caller relies on.
    public RegisteredTokenizer resolve(Request request) {
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

    private void check(RegisteredTokenizer tokenizer, Text text, SpecialTokens specials) {
        if (text.bytes() > limits.textBytesMax()) {
            throw tooLarge("TEXT_TOO_LARGE", text.field(), text.bytes(), limits.textBytesMax(), "bytes of UTF-8");
        }
        if (specials == SpecialTokens.REJECT) {
            refuseSpecials(tokenizer, text.field(), text.string());
        }
    }

    private void checkBatch(String field, int size) {
        if (size == 0 || size > limits.batchTextsMax()) {
            throw tooLarge("BATCH_TOO_LARGE", field, size, limits.batchTextsMax(), field + ", at least 1");
        }
    }

    private void checkIds(String field, long count) {
        if (count > limits.idsMax()) {
            throw tooLarge("BATCH_TOO_LARGE", field, count, limits.idsMax(), "ids");
        }
    }

    static void refuseSpecials(RegisteredTokenizer tokenizer, String field, String text) {
        for (RegisteredTokenizer.SpecialToken special : tokenizer.vocabulary().specialTokens()) {
            int at = text.indexOf(special.text());
            if (at >= 0) {
                throw specialInText(field, special.text(), "UTF-16 unit", at);
            }
        }
    }

    static RuntimeException specialInText(String field, String token, String unit, long at) {
        return new Fault.Invalid(
                        "SPECIAL_TOKEN_IN_TEXT",
                        field + ": the special token " + token + " stands at " + unit + " " + at,
                        Map.of("field", field, "token", token, "at", Long.toString(at)))
                .toException();
    }

    static void requireKnown(RegisteredTokenizer tokenizer, String field, int[] ids, long before) {
        int size = tokenizer.vocabulary().size();
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0 || ids[i] >= size) {
                String place = field + "[" + (before + i) + "]";
                throw new Fault.Invalid(
                                "UNKNOWN_TOKEN_ID",
                                place + ": " + ids[i] + " is not an id of " + tokenizer.name() + " (0 to " + (size - 1)
                                        + ")",
                                Map.of("field", place, "id", Integer.toString(ids[i])))
                        .toException();
            }
        }
    }

    static RuntimeException tooLarge(String reason, String field, long found, long limit, String unit) {
        return new Fault.Invalid(
                        reason,
                        field + ": has " + found + ", allowed are " + limit + " " + unit,
                        Map.of("field", field, "found", Long.toString(found), "limit", Long.toString(limit)))
                .toException();
    }
}
