package revontuli.trainer.job;

import java.util.List;
import java.util.Optional;
import revontuli.platform.caller.Caller;

/// All jobs that were ever accepted.
public interface Jobs {
    Optional<Job> find(String name);

    /// As [#find], holding the row until the unit of work ends, so that acts on one job line up.
    Optional<Job> lock(String name);

    /// Keeps it, unless the name is taken: then false, and nothing is changed.
    boolean insert(Job job);

    /// Writes everything but name and submission, and counts the version up. The row must be locked in this unit.
    void save(Job job);

    /// Jobs of a tenant that have not ended; holds other submissions of that tenant until the unit ends.
    long open(String tenant);

    /// Those that the caller may see, newest first, before a place (0: from the newest).
    List<Placed> page(Caller caller, long before, int size);

    /// A job and its place in the order of acceptance.
    record Placed(Job job, long place) {}
}
