package revontuli.trainer.run;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import revontuli.trainer.job.Job;

/// Claims on jobs. All times are the database's, so that no other clock matters.
public interface Leases {
    /// The job that is to be taken next, by priority, then age; locked until the unit ends, and skipped by others.
    Optional<Job> next();

    /// Makes this the claim on a job that is locked in this unit.
    void grant(Lease lease, Duration ttl);

    /// One statement that demands fence, secret and state, and prolongs the claim; the row is locked until the unit
    /// ends. False when any of the three is another one.
    boolean hold(Lease lease, String state, Duration ttl);

    /// Whether fence and secret are the newest, whatever the state.
    boolean newest(Lease lease);

    /// Jobs whose claim has run out.
    List<String> expired(int max);

    /// Jobs in a state.
    List<Job> in(String state, int max);

    /// Keeps a job that is locked in this unit from being taken for a while.
    void delay(String job, Duration wait);

    /// Whether the next progress event is due; if so, the time counts from now.
    boolean progressDue(String job, Duration every);
}
