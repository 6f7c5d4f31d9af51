package revontuli.trainer.run;

import java.util.Optional;

/// What carries out assignments: processes here, later a cluster.
public interface Runner {
    /// Starts a worker and answers the name it is known by from now on, also to the next run of this service.
    String start(Assignment assignment);

    /// Whether this runner, in this installation, started the worker of that name.
    boolean knows(String worker);

    /// How the worker ended, in words; empty while it runs.
    Optional<String> ended(String worker);

    /// Ends the worker, by force if it does not go by itself. Returns when it has ended.
    void stop(String worker);
}
