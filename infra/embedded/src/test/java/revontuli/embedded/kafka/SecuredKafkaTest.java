package revontuli.embedded.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecuredKafkaTest {
    private static final String ALICE_PASSWORD = "alice-password-0001";
    private static final String BOB_PASSWORD = "bob-password-000002";
    private static final KafkaPlan PLAN = new KafkaPlan(
            Map.of("alice", ALICE_PASSWORD, "bob", BOB_PASSWORD),
            List.of(
                    new KafkaPlan.Topic("letters", 2, Optional.of(Duration.ofDays(7))),
                    new KafkaPlan.Topic("diary", 1, Optional.empty())),
            List.of(
                    KafkaPlan.Grant.write("alice", "letters"),
                    KafkaPlan.Grant.read("bob", "letters"),
                    KafkaPlan.Grant.consumeAs("bob", "bob.").forEveryNameThatBeginsSo()));

    @TempDir
    static Path folder;

    private static EmbeddedKafka kafka;

    @BeforeAll
    static void start() {
        kafka = EmbeddedKafka.start(KafkaSettings.secured(folder, 1, "admin-password-00001"));
        kafka.apply(PLAN);
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @Test
    void whoIsGrantedWritesAndReads() throws Exception {
        try (Clients alice = new Clients(kafka.userProperties("alice", ALICE_PASSWORD));
                Clients bob = new Clients(kafka.userProperties("bob", BOB_PASSWORD))) {
            alice.send("letters", "granted", "hello");

            assertThat(bob.read("letters", "bob.reader")).contains("hello");
        }
    }

    @Test
    void aForeignTopicIsRefused() {
        try (Clients alice = new Clients(kafka.userProperties("alice", ALICE_PASSWORD));
                Clients bob = new Clients(kafka.userProperties("bob", BOB_PASSWORD))) {
            assertThatThrownBy(() -> alice.send("diary", "k", "v"))
                    .hasCauseInstanceOf(TopicAuthorizationException.class);
            assertThatThrownBy(() -> bob.send("letters", "k", "v")).hasCauseInstanceOf(AuthorizationException.class);
            assertThatThrownBy(() -> bob.read("diary", "bob.reader")).isInstanceOf(TopicAuthorizationException.class);
        }
    }

    @Test
    void aForeignGroupIsRefused() {
        try (Clients bob = new Clients(kafka.userProperties("bob", BOB_PASSWORD))) {
            assertThatThrownBy(() -> bob.read("letters", "alice.reader"))
                    .isInstanceOf(GroupAuthorizationException.class);
        }
    }

    @Test
    void aWrongPasswordIsRefused() {
        try (Admin mallory =
                Admin.create(Map.<String, Object>copyOf(kafka.userProperties("alice", "wrong-password-00001")))) {
            assertThatThrownBy(() -> mallory.listTopics().names().get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(SaslAuthenticationException.class);
        }
    }

    @Test
    void aClientWithoutLoginGetsNoAnswer() {
        try (Admin nobody = Admin.create(Map.of(
                "bootstrap.servers", kafka.bootstrap(), "default.api.timeout.ms", 3000, "request.timeout.ms", 2000))) {
            assertThatThrownBy(() -> nobody.listTopics().names().get(20, TimeUnit.SECONDS))
                    .isInstanceOf(Exception.class);
        }
    }

    @Test
    void anOrdinaryUserMakesNoTopicAndSeesOnlyItsOwn() throws Exception {
        try (Admin alice = Admin.create(Map.<String, Object>copyOf(kafka.userProperties("alice", ALICE_PASSWORD)))) {
            assertThat(alice.listTopics().names().get(20, TimeUnit.SECONDS)).isEqualTo(Set.of("letters"));
            assertThatThrownBy(() -> alice.createTopics(List.of(new org.apache.kafka.clients.admin.NewTopic(
                                    "mine", Optional.of(1), Optional.of((short) 1))))
                            .all()
                            .get(20, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(TopicAuthorizationException.class);
        }
    }

    @Test
    void recordsAndUsersSurviveARestartOnTheSamePorts() throws Exception {
        String before = kafka.bootstrap();
        try (Clients alice = new Clients(kafka.userProperties("alice", ALICE_PASSWORD))) {
            alice.send("letters", "restart", "still here");
        }

        kafka.stop();
        kafka.restart();
        kafka.apply(PLAN);

        assertThat(kafka.bootstrap()).isEqualTo(before);
        try (Clients bob = new Clients(kafka.userProperties("bob", BOB_PASSWORD))) {
            assertThat(bob.read("letters", "bob.after-restart")).contains("still here");
        }
    }

    @Test
    void anUnknownTopicIsNotMadeByUse() {
        assertThatThrownBy(() -> {
                    try (Clients admin = new Clients(Clients.map(kafka.adminProperties()))) {
                        admin.send("no-such-topic", "k", "v");
                    }
                })
                .isInstanceOf(Exception.class);
    }
}
