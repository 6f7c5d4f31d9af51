package revontuli.cli.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import revontuli.cli.Service;
import revontuli.embedded.kafka.KafkaPlan;

/// What the contracts' list of topics lets each user do.
class KafkaRightsTest {
    private static final String SUBMISSION = "revontuli.trainer.submission";
    private final KafkaPlan plan = KafkaRights.plan(Map.of(
            "tokenizer-svc", "password-of-tokenizer",
            "inference-svc", "password-of-inference",
            "safety-svc", "password-of-safety-1",
            "trainer-svc", "password-of-trainer-",
            "operator", "password-of-operator"));

    @Test
    void onlyPeopleWriteSubmissionsAndOnlyTheTrainerReadsThem() {
        assertThat(usersWho(KafkaPlan.Action.WRITE, SUBMISSION)).isEqualTo("operator");
        assertThat(usersWho(KafkaPlan.Action.READ, SUBMISSION)).isEqualTo("trainer-svc");
    }

    @Test
    void everyServiceWritesAuditRecordsAndOnlySafetyReadsThem() {
        assertThat(usersWho(KafkaPlan.Action.WRITE, "revontuli.audit.record"))
                .isEqualTo("inference-svc,safety-svc,tokenizer-svc,trainer-svc");
        assertThat(usersWho(KafkaPlan.Action.READ, "revontuli.audit.record")).isEqualTo("safety-svc");
    }

    @Test
    void deadLettersHaveATopicTheirConsumerWritesAndPeopleRead() {
        String dead = SUBMISSION + ".dead.trainer-svc";

        assertThat(plan.topics()).extracting(KafkaPlan.Topic::name).contains(SUBMISSION, dead);
        assertThat(usersWho(KafkaPlan.Action.WRITE, dead)).isEqualTo("trainer-svc");
        assertThat(usersWho(KafkaPlan.Action.READ, dead)).isEqualTo("operator");
    }

    @Test
    void nobodyPromotesAModelButTheTrainer() {
        assertThat(usersWho(KafkaPlan.Action.WRITE, "revontuli.trainer.model")).isEqualTo("trainer-svc");
    }

    @Test
    void groupsAreUnderTheUsersOwnName() {
        assertThat(plan.grants())
                .filteredOn(grant -> grant.action() == KafkaPlan.Action.CONSUME_AS)
                .hasSize(Service.values().length + 1)
                .allMatch(grant -> grant.prefix() && grant.name().equals(grant.user() + "."));
    }

    private String usersWho(KafkaPlan.Action action, String topic) {
        return plan.grants().stream()
                .filter(grant -> grant.action() == action && grant.name().equals(topic))
                .map(KafkaPlan.Grant::user)
                .sorted()
                .collect(Collectors.joining(","));
    }
}
