package revontuli.inference.generate;

import java.time.Instant;
import java.util.List;
import java.util.Locale;

/// The life of every generation, in the transaction of its records: admitted, then one end. What a crash leaves is an
/// admitted one without an end, which the next run of the instance closes.
public interface Generations {
    enum State {
        ADMITTED,
        FINISHED,
        REFUSED,
        CANCELLED,
        INTERRUPTED;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// An admitted generation without an end.
    record Orphan(String name, String principal, String tenant, String requestId, String modelDigest) {}

    /// Writes a generation that begins and, if it was refused at once, ends here.
    void add(Generation generation, State state, Instant time);

    /// Ends an admitted one; false when it has ended already.
    boolean end(String name, State state, Instant time);

    /// Admitted by earlier runs of this instance and never ended, oldest first, at most so many.
    List<Orphan> orphans(int max);
}
