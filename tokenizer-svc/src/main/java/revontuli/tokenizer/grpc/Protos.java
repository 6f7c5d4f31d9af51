package revontuli.tokenizer.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.Internal.IntList;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import revontuli.api.tokenizer.v1.AddedToken;
import revontuli.api.tokenizer.v1.BatchDecodeTokensResponse;
import revontuli.api.tokenizer.v1.BatchEncodeTextsRequest;
import revontuli.api.tokenizer.v1.BatchEncodeTextsResponse;
import revontuli.api.tokenizer.v1.CountTokensResponse;
import revontuli.api.tokenizer.v1.DecodeStreamEnd;
import revontuli.api.tokenizer.v1.DecodeTokensResponse;
import revontuli.api.tokenizer.v1.DocumentEnd;
import revontuli.api.tokenizer.v1.EncodeTextResponse;
import revontuli.api.tokenizer.v1.FimTokens;
import revontuli.api.tokenizer.v1.ListTokenizersResponse;
import revontuli.api.tokenizer.v1.SpecialToken;
import revontuli.api.tokenizer.v1.TokenSpan;
import revontuli.api.tokenizer.v1.Tokenizer;
import revontuli.api.tokenizer.v1.TokenizerDescription;
import revontuli.platform.fault.Fault;
import revontuli.platform.paging.Page;
import revontuli.platform.paging.ResourceNames;
import revontuli.tokenizer.describe.TokenizerCatalog;
import revontuli.tokenizer.encode.Codec;
import revontuli.tokenizer.encode.DocumentEncoding;
import revontuli.tokenizer.encode.Encoder;
import revontuli.tokenizer.encode.IdStream;
import revontuli.tokenizer.encode.InvalidUtf8;
import revontuli.tokenizer.encode.ServingPath;
import revontuli.tokenizer.encode.SpecialTokens;
import revontuli.tokenizer.encode.Text;
import revontuli.tokenizer.vocabulary.Description;
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

    static InvalidUtf8 invalid(revontuli.api.tokenizer.v1.InvalidUtf8 wire) {
        return switch (wire) {
            case INVALID_UTF8_UNSPECIFIED, INVALID_UTF8_REFUSE -> InvalidUtf8.REFUSE;
            case INVALID_UTF8_REPLACE -> InvalidUtf8.REPLACE;
            case UNRECOGNIZED ->
                throw Fault.invalid("OUT_OF_RANGE", "invalid_utf8", "must be one of the values of InvalidUtf8");
        };
    }

    static Text text(String text, ByteString utf8, revontuli.api.tokenizer.v1.InvalidUtf8 invalid) {
        if (utf8.isEmpty()) {
            invalid(invalid);
            return Text.of("text", text);
        }
        if (!text.isEmpty()) {
            throw Fault.invalid("TEXT_TWICE", "text_utf8", "give text or text_utf8, not both");
        }
        return Text.of("text_utf8", utf8.toByteArray(), invalid(invalid));
    }

    static List<Text> texts(BatchEncodeTextsRequest request) {
        InvalidUtf8 invalid = invalid(request.getInvalidUtf8());
        if (request.getTextsCount() > 0 && request.getTextsUtf8Count() > 0) {
            throw Fault.invalid("TEXT_TWICE", "texts_utf8", "give texts or texts_utf8, not both");
        }
        List<Text> texts = new ArrayList<>(request.getTextsCount() + request.getTextsUtf8Count());
        for (int i = 0; i < request.getTextsCount(); i++) {
            texts.add(Text.of("texts[" + i + "]", request.getTexts(i)));
        }
        for (int i = 0; i < request.getTextsUtf8Count(); i++) {
            texts.add(Text.of("texts_utf8[" + i + "]", request.getTextsUtf8(i).toByteArray(), invalid));
        }
        return texts;
    }

    static int[] ids(List<Integer> wire) {
        int[] ids = new int[wire.size()];
        if (wire instanceof IntList plain) {
            for (int i = 0; i < ids.length; i++) {
                ids[i] = plain.getInt(i);
            }
            return ids;
        }
        for (int i = 0; i < ids.length; i++) {
            ids[i] = wire.get(i);
        }
        return ids;
    }

    static revontuli.api.tokenizer.v1.ServingPath path(ServingPath path) {
        return switch (path) {
            case OWN_BPE -> revontuli.api.tokenizer.v1.ServingPath.SERVING_PATH_OWN_BPE;
            case HUGGING_FACE_LIBRARY -> revontuli.api.tokenizer.v1.ServingPath.SERVING_PATH_HUGGING_FACE_LIBRARY;
        };
    }

    static Optional<Digest> digest(String text) {
        return digest("tokenizer_digest", text);
    }

    static Optional<Digest> digest(String field, String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Digest.parse(text));
        } catch (IllegalArgumentException e) {
            throw Fault.invalid("MALFORMED_DIGEST", field, String.valueOf(e.getMessage()));
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
                .setTokenizerDigest(encoding.served().tokenizer().toString())
                .setServingPath(path(encoding.served().path()))
                .setReplacedCount(encoding.replaced())
                .addAllTokens(encoding.tokens());
        for (int id : encoding.ids()) {
            wire.addIds(id);
        }
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

    static DecodeTokensResponse decoded(Encoder.Decodings decoding) {
        return DecodeTokensResponse.newBuilder()
                .setText(decoding.texts().getFirst())
                .setTokenizerDigest(decoding.served().tokenizer().toString())
                .setServingPath(path(decoding.served().path()))
                .build();
    }

    static BatchDecodeTokensResponse batch(Encoder.Decodings decodings) {
        return BatchDecodeTokensResponse.newBuilder()
                .addAllTexts(decodings.texts())
                .setTokenizerDigest(decodings.served().tokenizer().toString())
                .setServingPath(path(decodings.served().path()))
                .build();
    }

    static CountTokensResponse counted(Encoder.Count count) {
        return CountTokensResponse.newBuilder()
                .setTokenCount(count.tokens())
                .setByteCount(count.bytes())
                .setReplacedCount(count.replaced())
                .setTokenizerDigest(count.served().tokenizer().toString())
                .setServingPath(path(count.served().path()))
                .build();
    }

    static BatchEncodeTextsResponse batch(Encoder.Encodings encodings) {
        BatchEncodeTextsResponse.Builder wire = BatchEncodeTextsResponse.newBuilder()
                .setTokenizerDigest(encodings.served().tokenizer().toString())
                .setServingPath(path(encodings.served().path()))
                .setReplacedCount(encodings.replaced());
        for (int[] list : encodings.lists()) {
            wire.addEncodings(PackedIds.of(list));
        }
        return wire.build();
    }

    static DocumentEnd end(DocumentEncoding.End end) {
        return DocumentEnd.newBuilder()
                .setTokenCount(end.tokens())
                .setByteCount(end.bytes())
                .setReplacedCount(end.replaced())
                .setTokenizerDigest(end.served().tokenizer().toString())
                .setServingPath(path(end.served().path()))
                .build();
    }

    static DecodeStreamEnd end(IdStream stream) {
        return DecodeStreamEnd.newBuilder()
                .setTokenCount(stream.tokens())
                .setTokenizerDigest(stream.served().tokenizer().toString())
                .setServingPath(path(stream.served().path()))
                .build();
    }

    static TokenizerDescription description(TokenizerCatalog.Described described) {
        Description facts = described.description();
        TokenizerDescription.Builder wire = TokenizerDescription.newBuilder()
                .setTokenizer(tokenizer(described.tokenizer()))
                .setServingPath(path(described.path()))
                .setModelKind(facts.modelKind())
                .setNormalizer(facts.steps().normalizer())
                .setPreTokenizer(facts.steps().preTokenizer())
                .setDecoder(facts.steps().decoder())
                .setDocumentBytesMax(described.documentBytesMax());
        facts.addedTokens().forEach(token -> wire.addAddedTokens(added(token)));
        facts.fim().ifPresent(fim -> wire.setFim(fim(fim)));
        described.templates().forEach(template -> wire.addTemplates(PromptProtos.template(template)));
        return wire.build();
    }

    private static AddedToken added(Description.AddedToken token) {
        Description.Flags flags = token.flags();
        return AddedToken.newBuilder()
                .setText(token.text())
                .setId(token.id())
                .setSpecial(flags.special())
                .setSingleWord(flags.singleWord())
                .setLstrip(flags.lstrip())
                .setRstrip(flags.rstrip())
                .setNormalized(flags.normalized())
                .build();
    }

    private static FimTokens fim(Description.Fim fim) {
        FimTokens.Builder wire = FimTokens.newBuilder()
                .setPrefix(special(fim.prefix()))
                .setMiddle(special(fim.middle()))
                .setSuffix(special(fim.suffix()));
        fim.pad().ifPresent(pad -> wire.setPad(special(pad)));
        return wire.build();
    }

    private static SpecialToken special(Description.AddedToken token) {
        return SpecialToken.newBuilder().setText(token.text()).setId(token.id()).build();
    }

    static Timestamp timestamp(Instant time) {
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }
}
