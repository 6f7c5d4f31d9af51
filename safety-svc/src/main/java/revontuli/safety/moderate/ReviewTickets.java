package revontuli.safety.moderate;

import java.util.Optional;
import revontuli.platform.caller.Caller;
import revontuli.safety.screen.Cause;
import revontuli.safety.screen.Grounds;

/// Where texts wait for people. Called within the unit of work that records the verdict.
@FunctionalInterface
public interface ReviewTickets {
    /// Queues a text that was refused for review; answers the ticket's name, or empty where the queue is full.
    Optional<String> open(Caller caller, String subject, Grounds grounds, Cause cause, String text);
}
