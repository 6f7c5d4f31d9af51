package revontuli.contracts;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/// A topic as `topics.yaml` lists it: who writes it, who reads it, how it is kept.
///
/// @param owners services that may write; `client` stands for people who submit
/// @param consumers services that read
public record Topic(
        String name,
        List<String> owners,
        List<String> consumers,
        List<String> types,
        int partitions,
        Duration retention) {
    private static final String LIST = "/revontuli/topics.yaml";
    private static final int PARTITIONS_OF_DEAD_LETTERS = 1;
    private static final Duration RETENTION_OF_DEAD_LETTERS = Duration.ofDays(365);

    public Topic {
        owners = List.copyOf(owners);
        consumers = List.copyOf(consumers);
        types = List.copyOf(types);
    }

    /// The whole list, dead letters (`<topic>.dead.<consumer>`, written by that consumer) included.
    public static List<Topic> all() {
        List<Topic> all = new ArrayList<>();
        for (Object entry : (List<?>) root().get("topics")) {
            Topic topic = of((Map<?, ?>) entry);
            all.add(topic);
            topic.consumers().forEach(consumer -> all.add(topic.deadLetters(consumer)));
        }
        return List.copyOf(all);
    }

    /// Where a consumer puts what it cannot read.
    public Topic deadLetters(String consumer) {
        return new Topic(
                name + ".dead." + consumer,
                List.of(consumer),
                List.of(),
                List.of("revontuli.platform.event.buried.v1"),
                PARTITIONS_OF_DEAD_LETTERS,
                RETENTION_OF_DEAD_LETTERS);
    }

    private static Map<?, ?> root() {
        try (InputStream list = Topic.class.getResourceAsStream(LIST)) {
            if (list == null) {
                throw new IllegalStateException(LIST + " is missing from the contracts");
            }
            return new Yaml(new SafeConstructor(new LoaderOptions())).load(list);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Topic of(Map<?, ?> entry) {
        return new Topic(
                (String) entry.get("name"),
                texts(entry.get("owner")),
                texts(entry.get("consumers")),
                texts(entry.get("types")),
                (Integer) entry.get("partitions"),
                Duration.ofDays((Integer) entry.get("retention_days")));
    }

    private static List<String> texts(Object value) {
        return value instanceof List<?> list
                ? list.stream().map(String.class::cast).toList()
                : List.of((String) value);
    }
}
