package revontuli.safety.policy;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a policy says about one category. The most special entry decides alone: kind, then language, then direction.
public record CategoryRule(
        String description,
        Map<Direction, Thresholds> everywhere,
        Map<String, Map<Direction, Thresholds>> languages,
        Map<String, Map<Direction, Thresholds>> kinds,
        Map<String, List<String>> taxonomies) {

    public CategoryRule {
        everywhere = Map.copyOf(everywhere);
        languages = Map.copyOf(languages);
        kinds = Map.copyOf(kinds);
        taxonomies = Map.copyOf(taxonomies);
    }

    Thresholds thresholds(Direction direction, String language, String kind) {
        return said(direction, language, kind).orElse(Thresholds.NONE);
    }

    /// Empty where nothing is said.
    Optional<Thresholds> said(Direction direction, String language, String kind) {
        return Optional.ofNullable(kinds.getOrDefault(kind, Map.of()).get(direction))
                .or(() -> Optional.ofNullable(
                        languages.getOrDefault(language, Map.of()).get(direction)))
                .or(() -> Optional.ofNullable(everywhere.get(direction)));
    }
}
