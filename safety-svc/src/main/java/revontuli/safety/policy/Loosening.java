package revontuli.safety.policy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Where one policy is milder than another.
public final class Loosening {
    /// Stands for any language or kind that has no entry of its own.
    private static final String ANY = "";

    private Loosening() {}

    /// The first score at which `to` does less than `from`, as a sentence with its path; empty where it does nowhere.
    public static Optional<String> first(Policy from, Policy to) {
        for (Category category : Category.values()) {
            CategoryRule after = to.rule(category);
            Optional<String> found = first(
                    category,
                    from.rule(category),
                    after,
                    (direction, language, kind) -> Optional.of(after.thresholds(direction, language, kind)));
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /// The same of an override: where it says nothing it is no milder.
    public static Optional<String> first(Policy from, TenantOverride to) {
        for (Map.Entry<Category, CategoryRule> entry : to.rules().entrySet()) {
            CategoryRule after = entry.getValue();
            Optional<String> found = first(entry.getKey(), from.rule(entry.getKey()), after, after::said);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private interface Said {
        Optional<Thresholds> at(Direction direction, String language, String kind);
    }

    private static Optional<String> first(Category category, CategoryRule before, CategoryRule after, Said said) {
        for (String language :
                names(before.languages().keySet(), after.languages().keySet())) {
            for (String kind : names(before.kinds().keySet(), after.kinds().keySet())) {
                for (Direction direction : Direction.values()) {
                    Optional<String> found = said.at(direction, language, kind)
                            .flatMap(now -> milder(before.thresholds(direction, language, kind), now));
                    if (found.isPresent()) {
                        return Optional.of(path(category, direction, language, kind) + found.get());
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static Set<String> names(Set<String> some, Set<String> others) {
        TreeSet<String> names = new TreeSet<>(some);
        names.addAll(others);
        names.add(ANY);
        return names;
    }

    private static Optional<String> milder(Thresholds before, Thresholds after) {
        for (double score : List.of(
                before.redact(), before.review(), before.block(), after.redact(), after.review(), after.block(), 1.0)) {
            Action was = before.actionFor(score);
            Action is = after.actionFor(score);
            if (score <= 1 && was.stricterThan(is)) {
                return Optional.of(" does " + is.id() + " at score " + score + ", where " + was.id() + " is in force");
            }
        }
        return Optional.empty();
    }

    private static String path(Category category, Direction direction, String language, String kind) {
        return "categories." + category.id()
                + (kind.isEmpty() ? "" : ".kinds." + kind)
                + (language.isEmpty() ? "" : ".languages." + language)
                + "." + direction.id();
    }
}
