package revontuli.safety.review;

import java.util.List;
import java.util.Optional;

/// The queue. What is added is never removed; decisions are never changed.
public interface Reviews {
    /// A review with its place in the queue and its sealed text.
    ///
    /// @param sealed not copied, nobody writes into it
    @SuppressWarnings("ArrayRecordComponent")
    record Queued(long position, Review review, byte[] sealed) {}

    /// Of a tenant, not settled.
    int waiting(String tenant);

    void add(Review review, byte[] sealed);

    /// Of this tenant only; held against others until the end of the unit of work.
    Optional<Queued> lock(String name, String tenant);

    /// Of a tenant, those that are not settled, after a place, the oldest first.
    List<Queued> list(String tenant, long after, int count);

    void decide(Review review, Review.Decision decision, Review.State state);
}
