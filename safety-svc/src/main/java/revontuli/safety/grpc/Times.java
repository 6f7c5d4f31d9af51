package revontuli.safety.grpc;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import revontuli.platform.fault.Fault;

/// Timestamps and instants.
final class Times {
    private static final long EARLIEST_SECOND =
            Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
    private static final long LATEST_SECOND =
            Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
    private static final int NANOS_MAX = 999_999_999;

    private Times() {}

    static Timestamp proto(Instant time) {
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }

    static Instant parse(String field, Timestamp time) {
        if (time.getSeconds() < EARLIEST_SECOND
                || time.getSeconds() > LATEST_SECOND
                || time.getNanos() < 0
                || time.getNanos() > NANOS_MAX) {
            throw Fault.invalid("BAD_FILTER", field, "must lie in the years 1 to 9999, with nanos 0 to " + NANOS_MAX);
        }
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }
}
