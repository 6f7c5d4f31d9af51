package revontuli.trainer.grpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import revontuli.platform.fault.Fault;

/// Calls to peers: a few tries with growing, scattered waits while the peer does not answer, then a fault.
final class PeerCalls {
    private static final int TRIES_MAX = 4;
    private static final long FIRST_WAIT_MS = 200;
    static final Duration DEADLINE = Duration.ofSeconds(30);

    private PeerCalls() {}

    /// `peer` in upper case begins the reasons: `<PEER>_UNAVAILABLE` passes, `<PEER>_REFUSED` does not.
    static <T> T call(String peer, Supplier<T> call) {
        for (int attempt = 1; ; attempt++) {
            try {
                return call.get();
            } catch (StatusRuntimeException e) {
                if (!passing(e.getStatus())) {
                    throw new Fault.Conflict(
                                    peer + "_REFUSED",
                                    "the peer refused: " + e.getStatus().getCode() + " "
                                            + e.getStatus().getDescription(),
                                    Map.of("code", e.getStatus().getCode().name()))
                            .toException();
                }
                if (attempt >= TRIES_MAX) {
                    throw new Fault.Unavailable(
                                    peer + "_UNAVAILABLE",
                                    "the peer does not answer: " + e.getStatus().getCode(),
                                    Map.of("code", e.getStatus().getCode().name()))
                            .toException();
                }
                pause(attempt);
            }
        }
    }

    /// True when the same call may succeed later.
    static boolean passing(Status status) {
        return switch (status.getCode()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, INTERNAL, UNKNOWN, CANCELLED -> true;
            case OK,
                    INVALID_ARGUMENT,
                    NOT_FOUND,
                    ALREADY_EXISTS,
                    PERMISSION_DENIED,
                    FAILED_PRECONDITION,
                    OUT_OF_RANGE,
                    UNIMPLEMENTED,
                    DATA_LOSS,
                    UNAUTHENTICATED -> false;
        };
    }

    private static void pause(int attempt) {
        long longest = FIRST_WAIT_MS << attempt;
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(FIRST_WAIT_MS, longest));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
