package revontuli.safety.screen;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import revontuli.safety.policy.Action;
import revontuli.safety.policy.Direction;
import revontuli.safety.policy.Policy;
import revontuli.safety.text.Span;
import revontuli.safety.text.TextViews;
import revontuli.safety.text.View;

/// Everything the stages found in one text, in the order of the text, each finding once.
record Assessment(Language language, List<Finding> findings) {
    private static final Comparator<Finding> ORDER = Comparator.comparingInt(
                    (Finding finding) -> finding.span().start())
            .thenComparingInt(finding -> finding.span().end())
            .thenComparing(Comparator.comparingDouble(Finding::score).reversed())
            .thenComparing(Finding::rule);

    /// What a finding is when it is seen again in another view; the surer sight of it counts.
    private record Same(String rule, Span span) {}

    static Assessment of(String text, List<Detector> detectors, Direction direction, boolean opening) {
        Map<Same, Finding> surest = new HashMap<>();
        for (View view : TextViews.of(text)) {
            for (Detector detector : detectors) {
                for (Finding finding : detector.read(view, direction, opening)) {
                    surest.merge(
                            new Same(finding.rule(), finding.span()),
                            finding,
                            (one, other) -> other.score() > one.score() ? other : one);
                }
            }
        }
        List<Finding> findings = new ArrayList<>(surest.values());
        findings.sort(ORDER);
        return new Assessment(LanguageGuess.of(text), findings);
    }

    /// The finding with the strictest action; of these one by a rule that people can read before a learned one, then
    /// the surest, then the first. Empty when all are allowed.
    static Optional<Finding> deciding(List<Finding> findings, Policy policy, Direction direction, Language language) {
        Finding decided = null;
        Action strictest = Action.ALLOW;
        for (Finding finding : findings) {
            Action action = action(finding, policy, direction, language);
            boolean better = decided != null && action == strictest && tells(finding, decided);
            if (action.stricterThan(strictest) || (better && action != Action.ALLOW)) {
                decided = finding;
                strictest = action;
            }
        }
        return Optional.ofNullable(decided);
    }

    private static boolean tells(Finding finding, Finding other) {
        boolean learned = finding.stage().equals(ClassifierDetector.STAGE);
        boolean otherLearned = other.stage().equals(ClassifierDetector.STAGE);
        return learned == otherLearned ? finding.score() > other.score() : otherLearned;
    }

    static Action action(Finding finding, Policy policy, Direction direction, Language language) {
        return policy.action(finding.category(), direction, language.id(), finding.kind(), finding.score());
    }
}
