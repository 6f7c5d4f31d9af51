package revontuli.tokenizer.grpc;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntConsumer;
import revontuli.api.tokenizer.v1.DecodeStreamRequest;
import revontuli.api.tokenizer.v1.DecodeStreamResponse;
import revontuli.api.tokenizer.v1.EncodeDocumentRequest;
import revontuli.api.tokenizer.v1.EncodeDocumentResponse;
import revontuli.api.tokenizer.v1.InvalidUtf8;
import revontuli.api.tokenizer.v1.SpecialTokens;
import revontuli.platform.fault.Fault;
import revontuli.platform.grpc.Offload;
import revontuli.platform.grpc.RequestStream;
import revontuli.tokenizer.TokenizerConfig;
import revontuli.tokenizer.encode.DocumentEncoding;
import revontuli.tokenizer.encode.Encoder;
import revontuli.tokenizer.encode.IdStream;

/// The two streaming conversations. A message is asked for only when the one before is worked off and answered, so that
/// neither a fast client nor a slow one fills the memory.
@ApplicationScoped
class Streams {
    private static final int ANSWER_IDS_MAX = 16_384;

    private final Encoder encoder;
    private final Duration patience;

    Streams(Encoder encoder, TokenizerConfig config) {
        this.encoder = encoder;
        this.patience = config.streamIdleMax();
    }

    void encode(RequestStream<EncodeDocumentRequest> requests, Offload.Sink<EncodeDocumentResponse> sink)
            throws InterruptedException {
        EncodeDocumentRequest first = requests.next(patience).orElseThrow(Streams::nothingCame);
        DocumentEncoding document = encoder.document(
                Protos.request(first.getTokenizer(), first.getSpecialTokens(), first.getTokenizerDigest()),
                Protos.invalid(first.getInvalidUtf8()));
        Ids ids = new Ids();
        document.add(first.getPiece().toByteArray(), ids);
        ids.send(sink);
        for (Optional<EncodeDocumentRequest> next = requests.next(patience);
                next.isPresent();
                next = requests.next(patience)) {
            requireNoStart(next.get());
            document.add(next.get().getPiece().toByteArray(), ids);
            ids.send(sink);
        }
        DocumentEncoding.End end = document.finish(ids);
        ids.send(sink);
        sink.send(EncodeDocumentResponse.newBuilder().setEnd(Protos.end(end)).build());
    }

    void decode(RequestStream<DecodeStreamRequest> requests, Offload.Sink<DecodeStreamResponse> sink)
            throws InterruptedException {
        DecodeStreamRequest first = requests.next(patience).orElseThrow(Streams::nothingCame);
        IdStream stream = encoder.idStream(
                Protos.request(first.getTokenizer(), first.getTokenizerDigest()), first.getSkipSpecialTokens());
        sink.send(answer(stream.add(Protos.ids(first.getIdsList()))));
        for (Optional<DecodeStreamRequest> next = requests.next(patience);
                next.isPresent();
                next = requests.next(patience)) {
            requireNoStart(next.get());
            sink.send(answer(stream.add(Protos.ids(next.get().getIdsList()))));
        }
        sink.send(DecodeStreamResponse.newBuilder()
                .setText(stream.finish())
                .setEnd(Protos.end(stream))
                .build());
    }

    private static DecodeStreamResponse answer(String text) {
        return DecodeStreamResponse.newBuilder().setText(text).build();
    }

    private static void requireNoStart(EncodeDocumentRequest request) {
        if (!request.getTokenizer().isEmpty()
                || !request.getTokenizerDigest().isEmpty()
                || request.getSpecialTokens() != SpecialTokens.SPECIAL_TOKENS_UNSPECIFIED
                || request.getInvalidUtf8() != InvalidUtf8.INVALID_UTF8_UNSPECIFIED) {
            throw misplaced();
        }
    }

    private static void requireNoStart(DecodeStreamRequest request) {
        if (!request.getTokenizer().isEmpty()
                || !request.getTokenizerDigest().isEmpty()
                || request.getSkipSpecialTokens()) {
            throw misplaced();
        }
    }

    private static RuntimeException misplaced() {
        return Fault.invalid(
                "START_MISPLACED", "tokenizer", "tokenizer and options belong into the first message and no other");
    }

    private static RuntimeException nothingCame() {
        return Fault.invalid("START_MISPLACED", "tokenizer", "the stream ended without a first message");
    }

    /// Ids between two answers.
    private static final class Ids implements IntConsumer {
        private int[] ids = new int[1_024];
        private int count;

        @Override
        public void accept(int id) {
            if (count == ids.length) {
                ids = Arrays.copyOf(ids, ids.length * 2);
            }
            ids[count++] = id;
        }

        void send(Offload.Sink<EncodeDocumentResponse> sink) throws InterruptedException {
            for (int from = 0; from < count; from += ANSWER_IDS_MAX) {
                EncodeDocumentResponse.Builder answer = EncodeDocumentResponse.newBuilder();
                for (int i = from; i < Math.min(count, from + ANSWER_IDS_MAX); i++) {
                    answer.addIds(ids[i]);
                }
                sink.send(answer.build());
            }
            count = 0;
        }
    }
}
