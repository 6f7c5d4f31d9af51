package revontuli.safety.screen;

import revontuli.safety.policy.Category;

/// What decided a verdict that is not `allow`.
public record Cause(Category category, String rule, String stage, String view) {
    static Cause of(Finding finding) {
        return new Cause(finding.category(), finding.rule(), finding.stage(), finding.view());
    }
}
