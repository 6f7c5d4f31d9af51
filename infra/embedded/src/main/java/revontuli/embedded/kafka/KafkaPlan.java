package revontuli.embedded.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a cluster shall hold.
///
/// @param users passwords by user name
public record KafkaPlan(Map<String, String> users, List<Topic> topics, List<Grant> grants) {
    public KafkaPlan {
        users = Map.copyOf(users);
        topics = List.copyOf(topics);
        grants = List.copyOf(grants);
        users.values().forEach(Passwords::check);
    }

    /// A topic with its number of partitions.
    ///
    /// @param retention empty: kept for ever
    public record Topic(String name, int partitions, Optional<Duration> retention) {
        private static final Pattern NAME = Pattern.compile("[a-z0-9._-]{1,200}");
        private static final int PARTITIONS_MAX = 64;

        public Topic {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("not a topic name: " + name);
            }
            if (partitions < 1 || partitions > PARTITIONS_MAX) {
                throw new IllegalArgumentException(
                        "partitions of " + name + " must be from 1 to " + PARTITIONS_MAX + ": " + partitions);
            }
        }
    }

    /// What one user may do with one topic or group.
    ///
    /// @param name a topic or, for [Action#CONSUME_AS], a consumer group
    /// @param prefix the grant holds for every name that begins so
    public record Grant(String user, Action action, String name, boolean prefix) {
        public static Grant read(String user, String topic) {
            return new Grant(user, Action.READ, topic, false);
        }

        public static Grant write(String user, String topic) {
            return new Grant(user, Action.WRITE, topic, false);
        }

        public static Grant consumeAs(String user, String group) {
            return new Grant(user, Action.CONSUME_AS, group, false);
        }

        public Grant forEveryNameThatBeginsSo() {
            return new Grant(user, action, name, true);
        }
    }

    public enum Action {
        READ,
        WRITE,
        CONSUME_AS
    }
}
