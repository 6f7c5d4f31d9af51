package revontuli.safety.review;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import revontuli.platform.fault.Fault;

/// A text that was refused for review, and what people said of it.
///
/// @param name `reviews/{review}`
public record Review(String name, Refused refused, State state, Instant created, List<Decision> decisions) {
    public Review {
        decisions = List.copyOf(decisions);
    }

    /// What was refused, whose it was, and by which rule.
    public record Refused(
            String tenant,
            String subject,
            String direction,
            String language,
            String category,
            String rule,
            String policy) {}

    /// What one person said.
    ///
    /// @param allow whether the text should have been let through
    public record Decision(String reviewer, boolean allow, String note, Instant time) {}

    /// Two people must say the same; where the first two differ a third decides.
    public enum State {
        OPEN,
        SEEN,
        DISPUTED,
        ALLOWED,
        BLOCKED;

        boolean settled() {
            return switch (this) {
                case OPEN, SEEN, DISPUTED -> false;
                case ALLOWED, BLOCKED -> true;
            };
        }
    }

    /// The state after one more decision.
    State after(Decision decision) {
        if (state.settled()) {
            throw new Fault.Conflict("REVIEW_SETTLED", name + " is " + state + " already", Map.of("review", name))
                    .toException();
        }
        if (decisions.stream().anyMatch(one -> one.reviewer().equals(decision.reviewer()))) {
            throw new Fault.Conflict(
                            "REVIEWER_DECIDED",
                            decision.reviewer() + " has decided on " + name + "; another person must",
                            Map.of("review", name, "reviewer", decision.reviewer()))
                    .toException();
        }
        long same = decisions.stream()
                .filter(one -> one.allow() == decision.allow())
                .count();
        if (same > 0) {
            return decision.allow() ? State.ALLOWED : State.BLOCKED;
        }
        return decisions.isEmpty() ? State.SEEN : State.DISPUTED;
    }
}
