package revontuli.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import revontuli.api.tokenizer.v1.EncodeDocumentRequest;
import revontuli.api.tokenizer.v1.EncodeDocumentResponse;
import revontuli.api.tokenizer.v1.TokenizerServiceGrpc;
import revontuli.bpe.BpeTokenizer;
import revontuli.bpe.Ids;
import revontuli.bpe.Specials;
import revontuli.bpe.StreamingEncoder;
import revontuli.cli.CliException;

/// One long document, sent in pieces: what it takes of memory at a tenth of it and at its end.
final class StreamedDocument {
    private static final int PIECE = 256 << 10;
    private static final int PENDING_MAX = 1 << 20;
    private static final long WAIT_NANOS = 50_000;
    private static final long SECONDS_MAX = 1_800;

    private final byte[] text;
    private final long bytes;

    /// @param documents texts that are told again and again
    /// @param bytes how long the document is
    StreamedDocument(List<String> documents, long bytes) {
        this.text = String.join("\n", documents).getBytes(StandardCharsets.UTF_8);
        this.bytes = bytes;
    }

    /// Encodes it in this process; memory is what the heap holds after a collection.
    ObjectNode here(BpeTokenizer tokenizer) {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        StreamingEncoder encoder = tokenizer.encoder(Specials.AS_TEXT, PENDING_MAX);
        Ids ids = new Ids();
        long tokens = 0;
        int most = 0;
        long atTenth = -1;
        long begin = System.nanoTime();
        for (long sent = 0; sent < bytes; ) {
            int from = (int) (sent % text.length);
            int count = count(sent);
            encoder.add(text, from, from + count, ids);
            sent += count;
            tokens += ids.size();
            ids.clear();
            most = Math.max(most, encoder.pending());
            if (atTenth < 0 && sent >= bytes / 10) {
                atTenth = heap(memory);
            }
        }
        encoder.finish(ids);
        tokens += ids.size();
        double seconds = (System.nanoTime() - begin) / 1e9;
        long atEnd = heap(memory);
        return result(tokens, seconds)
                .put("held_back_bytes_max", most)
                .put("heap_bytes_at_tenth", atTenth)
                .put("heap_bytes_at_end", atEnd);
    }

    /// Bytes of the next piece. Pieces may split characters, but the document ends with a whole one.
    private int count(long sent) {
        int from = (int) (sent % text.length);
        int count = (int) Math.min(Math.min(PIECE, text.length - from), bytes - sent);
        while (sent + count >= bytes && from + count < text.length && (text[from + count] & 0xC0) == 0x80) {
            count++;
        }
        return count;
    }

    private static long heap(MemoryMXBean memory) {
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }

    /// Sends it to the service; memory is what its process holds of the machine's.
    ObjectNode to(ServedTokenizer served) {
        Answers answers = new Answers();
        TokenizerServiceGrpc.newStub(served.channel())
                .withDeadlineAfter(SECONDS_MAX, TimeUnit.SECONDS)
                .encodeDocument(answers);
        long begin = System.nanoTime();
        long atTenth = -1;
        for (long sent = 0; sent < bytes; ) {
            int from = (int) (sent % text.length);
            int count = count(sent);
            EncodeDocumentRequest.Builder piece =
                    EncodeDocumentRequest.newBuilder().setPiece(ByteString.copyFrom(text, from, count));
            answers.send(sent == 0 ? piece.setTokenizer(served.name()) : piece);
            sent += count;
            if (atTenth < 0 && sent >= bytes / 10) {
                atTenth = served.residentKibibytes();
            }
        }
        long tokens = answers.finish();
        double seconds = (System.nanoTime() - begin) / 1e9;
        return result(tokens, seconds)
                .put("resident_kib_at_tenth", atTenth)
                .put("resident_kib_at_end", served.residentKibibytes());
    }

    private ObjectNode result(long tokens, double seconds) {
        return new ObjectMapper()
                .createObjectNode()
                .put("bytes", bytes)
                .put("tokens", tokens)
                .put("mb_per_s", Math.round(bytes / 1e4 / seconds) / 100.0);
    }

    /// Counts ids, and holds the sender back while the service has enough to do.
    private static final class Answers
            implements ClientResponseObserver<EncodeDocumentRequest, EncodeDocumentResponse> {
        private final CountDownLatch ended = new CountDownLatch(1);
        private final AtomicLong tokens = new AtomicLong();
        private volatile @Nullable ClientCallStreamObserver<EncodeDocumentRequest> call;
        private volatile @Nullable Throwable failure;

        @Override
        public void beforeStart(ClientCallStreamObserver<EncodeDocumentRequest> stream) {
            call = stream;
        }

        @Override
        public void onNext(EncodeDocumentResponse answer) {
            tokens.addAndGet(answer.getIdsCount());
        }

        @Override
        public void onError(Throwable e) {
            failure = e;
            ended.countDown();
        }

        @Override
        public void onCompleted() {
            ended.countDown();
        }

        void send(EncodeDocumentRequest.Builder piece) {
            ClientCallStreamObserver<EncodeDocumentRequest> open = open();
            while (!open.isReady() && ended.getCount() > 0) {
                LockSupport.parkNanos(WAIT_NANOS);
            }
            refuseFailure();
            open.onNext(piece.build());
        }

        long finish() {
            open().onCompleted();
            try {
                if (!ended.await(SECONDS_MAX, TimeUnit.SECONDS)) {
                    throw CliException.refused("the document did not end within " + SECONDS_MAX + " s");
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                throw CliException.refused("interrupted");
            }
            refuseFailure();
            return tokens.get();
        }

        private ClientCallStreamObserver<EncodeDocumentRequest> open() {
            ClientCallStreamObserver<EncodeDocumentRequest> open = call;
            if (open == null) {
                throw new IllegalStateException("not begun");
            }
            return open;
        }

        private void refuseFailure() {
            Throwable failed = failure;
            if (failed != null) {
                throw CliException.refused("the document failed: " + failed.getMessage());
            }
        }
    }
}
