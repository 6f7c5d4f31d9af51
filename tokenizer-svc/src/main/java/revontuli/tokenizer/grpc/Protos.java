package revontuli.tokenizer.grpc;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import revontuli.api.tokenizer.v1.BatchEncodeTextsResponse;
import revontuli.api.tokenizer.v1.CountTokensResponse;
import revontuli.api.tokenizer.v1.DecodeTokensResponse;
import revontuli.api.tokenizer.v1.EncodeTextResponse;
import revontuli.api.tokenizer.v1.ListTokenizersResponse;
import revontuli.api.tokenizer.v1.SpecialToken;
import revontuli.api.tokenizer.v1.TokenIds;
import revontuli.api.tokenizer.v1.TokenSpan;
import revontuli.api.tokenizer.v1.Tokenizer;
import revontuli.platform.fault.Fault;
import revontuli.platform.paging.Page;
import revontuli.platform.paging.ResourceNames;
import revontuli.tokenizer.encode.Codec;
import revontuli.tokenizer.encode.Encoder;
import revontuli.tokenizer.encode.SpecialTokens;
import revontuli.tokenizer.vocabulary.RegisteredTokenizer;
import revontuli.transparency.crypto.Digest;

/// Wire types to feature types and back; what comes in is checked here once.
final class Protos {
    private static final int REQUEST_ID_CHARS_MAX = 64;

    private Protos() {}

    static Encoder.Request request(String tokenizer, String digest) {
        return request(tokenizer, revontuli.api.tokenizer.v1.SpecialTokens.SPECIAL_TOKENS_UNSPECIFIED, digest);
    }

    static Encoder.Request request(String tokenizer, revontuli.api.tokenizer.v1.SpecialTokens specials, String digest) {
        return new Encoder.Request(
                ResourceNames.parse("tokenizer", "tokenizers", tokenizer), specials(specials), digest(digest));
    }

    static String requestId(String text) {
        if (text.length() > REQUEST_ID_CHARS_MAX || text.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw Fault.invalid("MALFORMED_REQUEST_ID", "request_id", "must be up to 64 visible ASCII characters");
        }
        return text;
    }

    private static SpecialTokens specials(revontuli.api.tokenizer.v1.SpecialTokens wire) {
        return switch (wire) {
            case SPECIAL_TOKENS_UNSPECIFIED, SPECIAL_TOKENS_AS_TEXT -> SpecialTokens.AS_TEXT;
            case SPECIAL_TOKENS_AS_TOKENS -> SpecialTokens.AS_TOKENS;
            case SPECIAL_TOKENS_REJECT -> SpecialTokens.REJECT;
            case UNRECOGNIZED ->
                throw Fault.invalid("OUT_OF_RANGE", "special_tokens", "must be one of the values of SpecialTokens");
        };
    }

    private static Optional<Digest> digest(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Digest.parse(text));
        } catch (IllegalArgumentException e) {
            throw Fault.invalid("MALFORMED_DIGEST", "tokenizer_digest", String.valueOf(e.getMessage()));
        }
    }

    static RuntimeException noSuch(String id) {
        return new Fault.NotFound(
                        "NO_SUCH_TOKENIZER",
                        "tokenizers/" + id + " does not exist",
                        Map.of("tokenizer", "tokenizers/" + id))
                .toException();
    }

    static Tokenizer tokenizer(RegisteredTokenizer tokenizer) {
        Tokenizer.Builder wire = Tokenizer.newBuilder()
                .setName(tokenizer.name())
                .setDigest(tokenizer.digest().toString())
                .setVocabularySize(tokenizer.vocabulary().size())
                .setCreateTime(timestamp(tokenizer.createTime()));
        tokenizer
                .vocabulary()
                .specialTokens()
                .forEach(special -> wire.addSpecialTokens(
                        SpecialToken.newBuilder().setText(special.text()).setId(special.id())));
        return wire.build();
    }

    static ListTokenizersResponse page(List<RegisteredTokenizer> found, Page page) {
        ListTokenizersResponse.Builder wire = ListTokenizersResponse.newBuilder();
        found.stream().limit(page.size()).map(Protos::tokenizer).forEach(wire::addTokenizers);
        if (found.size() > page.size()) {
            wire.setNextPageToken(page.tokenAfter(found.get(page.size() - 1).id()));
        }
        return wire.build();
    }

    static EncodeTextResponse encoded(Encoder.Encoding encoding) {
        EncodeTextResponse.Builder wire = EncodeTextResponse.newBuilder()
                .setTokenizerDigest(encoding.tokenizer().toString());
        IntStream.of(encoding.ids()).forEach(wire::addIds);
        encoding.offsets().stream().map(Protos::span).forEach(wire::addOffsets);
        return wire.build();
    }

    private static TokenSpan span(Codec.Offset offset) {
        return TokenSpan.newBuilder()
                .setByteStart(offset.byteStart())
                .setByteEnd(offset.byteEnd())
                .setUtf16Start(offset.utf16Start())
                .setUtf16End(offset.utf16End())
                .build();
    }

    static DecodeTokensResponse decoded(Encoder.Decoding decoding) {
        return DecodeTokensResponse.newBuilder()
                .setText(decoding.text())
                .setTokenizerDigest(decoding.tokenizer().toString())
                .build();
    }

    static CountTokensResponse counted(Encoder.Count count) {
        return CountTokensResponse.newBuilder()
                .setTokenCount(count.tokens())
                .setByteCount(count.bytes())
                .setTokenizerDigest(count.tokenizer().toString())
                .build();
    }

    static BatchEncodeTextsResponse batch(List<Encoder.Encoding> encodings) {
        BatchEncodeTextsResponse.Builder wire = BatchEncodeTextsResponse.newBuilder();
        for (Encoder.Encoding encoding : encodings) {
            TokenIds.Builder ids = TokenIds.newBuilder();
            IntStream.of(encoding.ids()).forEach(ids::addIds);
            wire.addEncodings(ids).setTokenizerDigest(encoding.tokenizer().toString());
        }
        return wire.build();
    }

    private static Timestamp timestamp(Instant time) {
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }
}
