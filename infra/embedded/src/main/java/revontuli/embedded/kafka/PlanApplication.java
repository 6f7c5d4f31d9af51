package revontuli.embedded.kafka;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.UserScramCredentialAlteration;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/// Brings a running cluster to what a plan says.
final class PlanApplication {
    private static final long ANSWER_SECONDS_MAX = 60;
    private static final int SCRAM_ITERATIONS = 4096;

    private final Admin admin;
    private final short replicas;
    private final boolean secured;

    PlanApplication(Admin admin, int replicas, boolean secured) {
        this.admin = admin;
        this.replicas = (short) replicas;
        this.secured = secured;
    }

    void apply(KafkaPlan plan) {
        if (secured) {
            putUsers(plan.users());
            putGrants(plan.grants());
        }
        putTopics(plan.topics());
    }

    private void putUsers(Map<String, String> users) {
        List<UserScramCredentialAlteration> wanted = new ArrayList<>();
        ScramCredentialInfo scram = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, SCRAM_ITERATIONS);
        users.forEach((user, password) -> wanted.add(new UserScramCredentialUpsertion(user, scram, password)));
        if (!wanted.isEmpty()) {
            await(admin.alterUserScramCredentials(wanted).all());
        }
    }

    private void putGrants(List<KafkaPlan.Grant> grants) {
        Set<AclBinding> wanted = new HashSet<>();
        grants.forEach(grant -> wanted.addAll(bindings(grant)));
        Set<AclBinding> present =
                new HashSet<>(await(admin.describeAcls(AclBindingFilter.ANY).values()));
        List<AclBinding> missing =
                wanted.stream().filter(acl -> !present.contains(acl)).toList();
        List<AclBindingFilter> superfluous = present.stream()
                .filter(acl -> !wanted.contains(acl))
                .map(AclBinding::toFilter)
                .toList();
        if (!superfluous.isEmpty()) {
            await(admin.deleteAcls(superfluous).all());
        }
        if (!missing.isEmpty()) {
            await(admin.createAcls(missing).all());
        }
    }

    private static List<AclBinding> bindings(KafkaPlan.Grant grant) {
        PatternType pattern = grant.prefix() ? PatternType.PREFIXED : PatternType.LITERAL;
        return switch (grant.action()) {
            case READ ->
                List.of(
                        binding(grant, ResourceType.TOPIC, pattern, AclOperation.READ),
                        binding(grant, ResourceType.TOPIC, pattern, AclOperation.DESCRIBE));
            case WRITE ->
                List.of(
                        binding(grant, ResourceType.TOPIC, pattern, AclOperation.WRITE),
                        binding(grant, ResourceType.TOPIC, pattern, AclOperation.DESCRIBE));
            case CONSUME_AS -> List.of(binding(grant, ResourceType.GROUP, pattern, AclOperation.READ));
        };
    }

    private static AclBinding binding(
            KafkaPlan.Grant grant, ResourceType type, PatternType pattern, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(type, grant.name(), pattern),
                new AccessControlEntry("User:" + grant.user(), "*", operation, AclPermissionType.ALLOW));
    }

    private void putTopics(List<KafkaPlan.Topic> topics) {
        Set<String> present = await(admin.listTopics().names());
        List<NewTopic> missing = new ArrayList<>();
        List<KafkaPlan.Topic> kept = new ArrayList<>();
        for (KafkaPlan.Topic topic : topics) {
            if (present.contains(topic.name())) {
                kept.add(topic);
            } else {
                missing.add(newTopic(topic));
            }
        }
        if (!missing.isEmpty()) {
            await(admin.createTopics(missing).all());
        }
        if (!kept.isEmpty()) {
            growPartitions(kept);
        }
    }

    private NewTopic newTopic(KafkaPlan.Topic topic) {
        String retention =
                topic.retention().map(time -> Long.toString(time.toMillis())).orElse("-1");
        return new NewTopic(topic.name(), Optional.of(topic.partitions()), Optional.of(replicas))
                .configs(Map.of("retention.ms", retention, "cleanup.policy", "delete"));
    }

    /// More partitions are added; fewer cannot be had without losing records, so the topic stays as it is.
    private void growPartitions(List<KafkaPlan.Topic> topics) {
        Map<String, TopicDescription> present = await(
                admin.describeTopics(topics.stream().map(KafkaPlan.Topic::name).toList())
                        .allTopicNames());
        Map<String, NewPartitions> growing = new HashMap<>();
        for (KafkaPlan.Topic topic : topics) {
            TopicDescription description = present.get(topic.name());
            if (description != null && description.partitions().size() < topic.partitions()) {
                growing.put(topic.name(), NewPartitions.increaseTo(topic.partitions()));
            }
        }
        if (!growing.isEmpty()) {
            await(admin.createPartitions(growing).all());
        }
    }

    private static <T> T await(KafkaFuture<T> answer) {
        try {
            return answer.get(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the broker refused its set-up: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while setting up the broker", e);
        }
    }
}
