package revontuli.safety.screen;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import revontuli.safety.policy.Category;

/// How sure one may be that a text belongs to each category, 0 to 1: the highest score of its findings. `harm` is how
/// sure one may be that it is harmful in any way, personal data apart; it ranks texts finer than the categories do.
public record Scores(Map<Category, Double> byCategory, double harm) {
    public static final Scores NONE = new Scores(Map.of(), 0);

    /// By how much a hit of the lexicon that is sure of itself multiplies the odds, as a power of e.
    private static final double LEXICON_WEIGHT = 4;

    private static final double ODDS_FROM = 1e-6;

    public Scores {
        Map<Category, Double> all = new EnumMap<>(Category.class);
        for (Category category : Category.values()) {
            all.put(category, byCategory.getOrDefault(category, 0.0));
        }
        byCategory = Collections.unmodifiableMap(all);
    }

    static Scores of(List<Finding> findings) {
        Map<Category, Double> scores = new EnumMap<>(Category.class);
        for (Finding finding : findings) {
            scores.merge(finding.category(), finding.score(), Math::max);
        }
        return new Scores(scores, harm(findings));
    }

    private static double harm(List<Finding> findings) {
        double learned = best(findings, ClassifierDetector.STAGE);
        double listed = best(findings, LexiconDetector.STAGE);
        double odds = Math.max(ODDS_FROM, learned) / Math.max(ODDS_FROM, 1 - learned);
        double both = odds * StrictMath.exp(LEXICON_WEIGHT * listed);
        return both / (1 + both);
    }

    private static double best(List<Finding> findings, String stage) {
        double best = 0;
        for (Finding finding : findings) {
            best = finding.stage().equals(stage) ? Math.max(best, finding.score()) : best;
        }
        return best;
    }

    public double of(Category category) {
        return byCategory.getOrDefault(category, 0.0);
    }

    Scores max(Scores other) {
        Map<Category, Double> scores = new EnumMap<>(byCategory);
        other.byCategory.forEach((category, score) -> scores.merge(category, score, Math::max));
        return new Scores(scores, Math.max(harm, other.harm));
    }
}
