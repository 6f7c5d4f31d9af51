package revontuli.safety.policy;

/// From which score on an action is taken. [#NEVER] leaves an action out; a stricter action never starts below a
/// milder one.
public record Thresholds(double redact, double review, double block) {
    /// Over every score.
    public static final double NEVER = Double.POSITIVE_INFINITY;

    /// Allows everything.
    public static final Thresholds NONE = new Thresholds(NEVER, NEVER, NEVER);

    public Action actionFor(double score) {
        if (score >= block) {
            return Action.BLOCK;
        }
        if (score >= review) {
            return Action.REVIEW;
        }
        return score >= redact ? Action.REDACT : Action.ALLOW;
    }
}
