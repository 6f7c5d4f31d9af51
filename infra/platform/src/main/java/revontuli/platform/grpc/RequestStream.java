package revontuli.platform.grpc;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import revontuli.platform.fault.Fault;

/// The requests of a streaming call, taken one at a time by the thread that works on them: the next one is asked for
/// only when it is wanted, so that no more than one waits here.
public final class RequestStream<Q> implements StreamObserver<Q> {
    private static final int WAITING_MAX = 4;

    private final ServerCallStreamObserver<?> call;
    private final BlockingQueue<Item<Q>> items = new ArrayBlockingQueue<>(WAITING_MAX);

    private sealed interface Item<Q> {}

    private record Message<Q>(Q request) implements Item<Q> {}

    private record HalfClosed<Q>() implements Item<Q> {}

    private record Gone<Q>() implements Item<Q> {}

    /// Takes over the flow of a call; must be made before the method returns.
    public RequestStream(StreamObserver<?> answers) {
        this.call = (ServerCallStreamObserver<?>) answers;
        call.disableAutoRequest();
    }

    /// The next request, or empty once the client has ended its side. Ends with a fault when the client sends nothing
    /// for too long.
    public Optional<Q> next(Duration patience) throws InterruptedException {
        call.request(1);
        Item<Q> item = items.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
        return switch (item) {
            case Message<Q>(var request) -> Optional.of(request);
            case HalfClosed<Q> _ -> Optional.empty();
            case Gone<Q> _ -> throw Status.CANCELLED.asRuntimeException();
            case null ->
                throw new Fault.DeadlineExceeded(
                                "STREAM_IDLE",
                                "no message came for " + patience + "; begin a new stream",
                                Map.of("patience", patience.toString()))
                        .toException();
        };
    }

    @Override
    public void onNext(Q request) {
        items.add(new Message<>(request));
    }

    @Override
    public void onError(Throwable thrown) {
        items.add(new Gone<>());
    }

    @Override
    public void onCompleted() {
        items.add(new HalfClosed<>());
    }
}
