package revontuli.tokenizer;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/// One streaming conversation of a test.
final class Streaming {
    private static final int SECONDS_MAX = 60;

    private Streaming() {}

    /// Sends all requests, slowly enough for flow control, and gives back all answers; throws what the call ended with.
    static <Q, A> List<A> converse(Function<StreamObserver<A>, StreamObserver<Q>> method, List<Q> requests)
            throws Exception {
        Answers<Q, A> answers = new Answers<>();
        StreamObserver<Q> sender = method.apply(answers);
        for (Q request : requests) {
            if (answers.ended.isDone()) {
                break;
            }
            while (!answers.call.isReady() && !answers.ended.isDone()) {
                answers.ready.tryAcquire(100, TimeUnit.MILLISECONDS);
            }
            sender.onNext(request);
        }
        if (!answers.ended.isCompletedExceptionally()) {
            sender.onCompleted();
        }
        return answers.await();
    }

    @SuppressWarnings("NullAway.Init")
    private static final class Answers<Q, A> implements ClientResponseObserver<Q, A> {
        private final List<A> all = new ArrayList<>();
        private final CompletableFuture<List<A>> ended = new CompletableFuture<>();
        private final Semaphore ready = new Semaphore(0);
        private ClientCallStreamObserver<Q> call;

        @Override
        public void beforeStart(ClientCallStreamObserver<Q> stream) {
            call = stream;
            stream.setOnReadyHandler(ready::release);
        }

        @Override
        public void onNext(A answer) {
            all.add(answer);
        }

        @Override
        public void onError(Throwable thrown) {
            ended.completeExceptionally(thrown);
        }

        @Override
        public void onCompleted() {
            ended.complete(all);
        }

        List<A> await() throws Exception {
            try {
                return ended.get(SECONDS_MAX, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            } catch (TimeoutException e) {
                throw new AssertionError("no end within " + SECONDS_MAX + " s", e);
            }
        }
    }
}
