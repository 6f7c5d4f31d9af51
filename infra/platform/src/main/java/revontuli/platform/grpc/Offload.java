package revontuli.platform.grpc;

import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import revontuli.platform.PlatformConfig;
import revontuli.platform.fault.FaultException;
import revontuli.platform.lifecycle.Calls;

/// Runs the bodies of gRPC methods on virtual threads, in the context of the call: caller, deadline, cancellation.
///
/// The transport's event loop never waits for a body. A thrown fault becomes the status of the call.
@ApplicationScoped
public class Offload {
    private final Calls calls;
    private final String domain;

    Offload(Calls calls, PlatformConfig config) {
        this.calls = calls;
        this.domain = config.service();
    }

    /// Body of a method that gives one answer.
    public <A> void unary(StreamObserver<A> answers, Callable<A> body) {
        start("unary", answers, () -> {
            A answer = body.call();
            answers.onNext(answer);
            answers.onCompleted();
        });
    }

    /// Body of a method that streams its answers. Returning ends the stream; `sink.send` waits for slow readers.
    public <A> void stream(StreamObserver<A> answers, StreamBody<A> body) {
        Sink<A> sink = new Sink<>((ServerCallStreamObserver<A>) answers);
        start("stream", answers, () -> {
            body.run(sink);
            answers.onCompleted();
        });
    }

    /// Status for a failure outside a body, such as in a request stream.
    public Throwable statusOf(Throwable thrown) {
        return GrpcFaults.toStatus(domain, thrown);
    }

    private void start(String kind, StreamObserver<?> answers, ThrowingBody body) {
        Calls.Call call;
        try {
            call = calls.begin();
        } catch (FaultException stopping) {
            fail(answers, stopping);
            return;
        }
        Runnable work = Context.current().wrap(() -> {
            try (call) {
                body.run();
            } catch (Throwable thrown) { // an error too: a call without an answer would hang
                fail(answers, thrown);
            }
        });
        Thread.ofVirtual().name(kind).start(work);
    }

    private void fail(StreamObserver<?> answers, Throwable thrown) {
        StatusRuntimeException status = GrpcFaults.toStatus(domain, thrown);
        try {
            answers.onError(status);
        } catch (IllegalStateException _) {
            // the call was cancelled or closed meanwhile: nobody is left to tell
        }
    }

    /// Streams answers.
    @FunctionalInterface
    public interface StreamBody<A> {
        void run(Sink<A> sink) throws Exception;
    }

    @FunctionalInterface
    private interface ThrowingBody {
        void run() throws Exception;
    }

    /// Where a stream's answers go. Holds back the body while the reader is slow, so that nothing piles up in memory.
    public static final class Sink<A> {
        private final ServerCallStreamObserver<A> answers;
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();

        private Sink(ServerCallStreamObserver<A> answers) {
            this.answers = answers;
            answers.setOnReadyHandler(this::wake);
            answers.setOnCancelHandler(this::wake);
        }

        public boolean cancelled() {
            return answers.isCancelled();
        }

        /// Sends, once the reader has room. Throws when the reader takes nothing for a long time or has gone.
        public void send(A answer) throws InterruptedException {
            lock.lock();
            try {
                long left = READER_PATIENCE_NANOS;
                while (!answers.isReady() && !answers.isCancelled()) {
                    left = changed.awaitNanos(left);
                    if (left <= 0) {
                        throw io.grpc.Status.CANCELLED
                                .withDescription("the reader took nothing for 30 s")
                                .asRuntimeException();
                    }
                }
            } finally {
                lock.unlock();
            }
            if (answers.isCancelled()) {
                throw io.grpc.Status.CANCELLED.asRuntimeException();
            }
            answers.onNext(answer);
        }

        private void wake() {
            lock.lock();
            try {
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        private static final long READER_PATIENCE_NANOS = 30_000_000_000L;
    }
}
