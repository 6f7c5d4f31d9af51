package revontuli.safety.policy;

import java.util.List;
import java.util.Map;

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
        Thresholds general = everywhere.getOrDefault(direction, Thresholds.NONE);
        Thresholds inLanguage = languages.getOrDefault(language, Map.of()).getOrDefault(direction, general);
        return kinds.getOrDefault(kind, Map.of()).getOrDefault(direction, inLanguage);
    }
}
