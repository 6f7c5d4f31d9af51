package revontuli.safety.screen;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import revontuli.safety.policy.Category;

/// How sure one may be that a text belongs to each category, 0 to 1: the highest score of its findings.
public record Scores(Map<Category, Double> byCategory) {
    public static final Scores NONE = new Scores(Map.of());

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
        return new Scores(scores);
    }

    public double of(Category category) {
        return byCategory.getOrDefault(category, 0.0);
    }

    Scores max(Scores other) {
        Map<Category, Double> scores = new EnumMap<>(byCategory);
        other.byCategory.forEach((category, score) -> scores.merge(category, score, Math::max));
        return new Scores(scores);
    }
}
