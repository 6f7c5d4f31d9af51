package revontuli.safety.screen;

import java.util.List;
import java.util.Optional;
import revontuli.safety.policy.Direction;
import revontuli.safety.policy.OverrideName;
import revontuli.safety.policy.PolicyName;

/// What every verdict rests on. `findings` holds those of score 0.5 and more, whether or not the policy minds them,
/// in the order of the text and at most [#FINDINGS_MAX] of them; the action counts all.
///
/// @param override the tenant's, where it has one
public record Grounds(
        PolicyName policy,
        Optional<OverrideName> override,
        Direction direction,
        String language,
        Scores scores,
        List<Finding> findings) {
    public static final int FINDINGS_MAX = 1_000;

    public Grounds {
        findings = List.copyOf(findings);
    }
}
