package revontuli.cli.stack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import revontuli.cli.CliException;
import revontuli.cli.Service;
import revontuli.embedded.kafka.KafkaPlan;

/// Turns the contracts' list of topics into what the broker allows: owners write, consumers read and may write what
/// they cannot read to their own dead-letter topic, and the people who submit read those letters. Nobody else does
/// anything.
final class KafkaRights {
    private static final String LIST = "/revontuli/topics.yaml";
    /// In the list, the people who submit jobs.
    private static final String CLIENT = "client";
    private static final Duration DEAD_LETTERS_KEPT = Duration.ofDays(365);

    private final List<String> submitters;
    private final List<KafkaPlan.Topic> topics = new ArrayList<>();
    private final List<KafkaPlan.Grant> grants = new ArrayList<>();

    private KafkaRights(List<String> submitters) {
        this.submitters = submitters;
    }

    static KafkaPlan plan(Map<String, String> users) {
        List<String> submitters = users.keySet().stream()
                .filter(user -> Service.find(user).isEmpty())
                .toList();
        KafkaRights rights = new KafkaRights(submitters);
        for (String user : users.keySet()) {
            rights.grants.add(KafkaPlan.Grant.consumeAs(user, user + ".").forEveryNameThatBeginsSo());
        }
        rights.list().path("topics").forEach(rights::add);
        return new KafkaPlan(users, rights.topics, rights.grants);
    }

    private void add(JsonNode topic) {
        String name = topic.path("name").asText();
        topics.add(new KafkaPlan.Topic(
                name,
                topic.path("partitions").asInt(1),
                Optional.of(Duration.ofDays(topic.path("retention_days").asInt(30)))));
        for (String owner : texts(topic.path("owner"))) {
            usersOf(owner).forEach(user -> grants.add(KafkaPlan.Grant.write(user, name)));
        }
        for (String consumer : texts(topic.path("consumers"))) {
            String dead = name + ".dead." + consumer;
            topics.add(new KafkaPlan.Topic(dead, 1, Optional.of(DEAD_LETTERS_KEPT)));
            grants.add(KafkaPlan.Grant.read(consumer, name));
            grants.add(KafkaPlan.Grant.write(consumer, dead));
            submitters.forEach(user -> grants.add(KafkaPlan.Grant.read(user, dead)));
        }
    }

    private List<String> usersOf(String owner) {
        return CLIENT.equals(owner) ? submitters : List.of(owner);
    }

    private static List<String> texts(JsonNode node) {
        List<String> texts = new ArrayList<>();
        if (node.isTextual()) {
            texts.add(node.asText());
        }
        node.forEach(item -> texts.add(item.asText()));
        return texts;
    }

    private JsonNode list() {
        try (InputStream file = KafkaRights.class.getResourceAsStream(LIST)) {
            if (file == null) {
                throw CliException.refused("the list of topics " + LIST + " is not on the class path: build again");
            }
            return new YAMLMapper().readTree(file);
        } catch (IOException e) {
            throw CliException.refused("cannot read the list of topics: " + e.getMessage());
        }
    }
}
