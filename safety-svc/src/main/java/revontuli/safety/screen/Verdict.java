package revontuli.safety.screen;

import revontuli.safety.policy.Action;

/// What the policy says of a text. Callers must treat every case; there is no "unknown" verdict.
public sealed interface Verdict {
    Grounds grounds();

    /// The text may go on as it is.
    record Allowed(Grounds grounds) implements Verdict {}

    /// The text may go on with some spans replaced.
    record Redacted(Grounds grounds, Cause cause) implements Verdict {}

    /// Refused now; people shall look at it.
    record Review(Grounds grounds, Cause cause) implements Verdict {}

    /// Refused.
    record Blocked(Grounds grounds, Cause cause) implements Verdict {}

    default Action action() {
        return switch (this) {
            case Allowed _ -> Action.ALLOW;
            case Redacted _ -> Action.REDACT;
            case Review _ -> Action.REVIEW;
            case Blocked _ -> Action.BLOCK;
        };
    }

    /// True where no part of the text may go on.
    default boolean refuses() {
        return this instanceof Review || this instanceof Blocked;
    }
}
