package revontuli.trainer.grpc;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import revontuli.platform.fault.Fault;
import revontuli.transparency.crypto.Digest;

/// A client's stream of pieces as one stream of bytes. The transport adds, a virtual thread reads; at most one piece
/// waits.
final class Pieces extends InputStream {
    private static final int PIECE_BYTES_MAX = 1 << 20;

    private sealed interface Step {
        record Piece(String digest, ByteString bytes) implements Step {}

        record End() implements Step {}

        record Gone() implements Step {}
    }

    private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
    private final Runnable askForMore;
    private final Duration pause;
    private Optional<String> expected = Optional.empty();
    private @Nullable InputStream current;
    private boolean ended;

    Pieces(Runnable askForMore, Duration pause) {
        this.askForMore = askForMore;
        this.pause = pause;
    }

    void add(String digest, ByteString bytes) {
        steps.add(new Step.Piece(digest, bytes));
    }

    void end() {
        steps.add(new Step.End());
    }

    void cancel() {
        steps.add(new Step.Gone());
    }

    /// Waits for the first piece; the digest that the client expects, if it named one.
    Optional<Digest> expected() throws IOException {
        advance();
        return expected.map(text -> Protos.digest("digest", text));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        while (!ended) {
            InputStream open = current;
            int n = open == null ? -1 : open.read(buffer, offset, length);
            if (n >= 0) {
                return n;
            }
            if (open != null) {
                askForMore.run();
            }
            advance();
        }
        return -1;
    }

    private void advance() throws IOException {
        switch (next()) {
            case Step.Piece(var digest, var bytes) -> {
                if (bytes.size() > PIECE_BYTES_MAX) {
                    throw new Fault.Invalid(
                                    "PIECE_TOO_LARGE",
                                    "piece: " + bytes.size() + " bytes; at most " + PIECE_BYTES_MAX + " are allowed",
                                    Map.of("field", "piece", "limit", Integer.toString(PIECE_BYTES_MAX)))
                            .toException();
                }
                if (current == null && !digest.isEmpty()) {
                    expected = Optional.of(digest);
                }
                current = bytes.newInput();
            }
            case Step.End() -> ended = true;
            case Step.Gone() -> throw new IOException("the client went away");
        }
    }

    private Step next() throws IOException {
        try {
            Step step = steps.poll(pause.toMillis(), TimeUnit.MILLISECONDS);
            if (step == null) {
                throw new Fault.DeadlineExceeded(
                                "UPLOAD_STALLED", "no piece came within " + pause, Map.of("pause", pause.toString()))
                        .toException();
            }
            return step;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
