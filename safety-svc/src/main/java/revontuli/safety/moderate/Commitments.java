package revontuli.safety.moderate;

import java.time.Instant;

/// Keeps what opens commitments, in the unit of work of the verdict. Never the text.
@FunctionalInterface
public interface Commitments {
    void keep(Opening opening, String tenant, String subject, Instant time);
}
