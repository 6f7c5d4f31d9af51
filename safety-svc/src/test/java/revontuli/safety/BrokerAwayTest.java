package revontuli.safety;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import revontuli.api.safety.v1.Direction;
import revontuli.api.safety.v1.ModerateTextRequest;
import revontuli.api.safety.v1.ModerationServiceGrpc;
import revontuli.testkit.Backbone;
import revontuli.testkit.Broker;
import revontuli.testkit.Grpc;
import revontuli.testkit.TopicProbe;

/// Without its broker the service goes on judging; what it recorded enters the log when the broker is back.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "safety"))
@QuarkusTestResource(LedgerKeys.class)
class BrokerAwayTest {
    private static final int VERDICTS = 20;

    @Inject
    LogView log;

    @Test
    void verdictsGoOnAndTheirRecordsFollow() {
        String subject = "generations/" + UUID.randomUUID();
        int buried = TopicProbe.all("revontuli.audit.record.dead.safety-svc").size();
        Broker.stop();
        try {
            for (int i = 0; i < VERDICTS; i++) {
                judge(subject);
            }
            assertThat(log.count("subject = ?", subject)).isZero();
        } finally {
            Broker.start();
        }

        log.awaitCount(VERDICTS, "subject = ? and action = 'moderation.judged'", subject);
        assertThat(log.count("subject = ?", subject)).isEqualTo(VERDICTS);
        assertThat(TopicProbe.all("revontuli.audit.record.dead.safety-svc")).hasSize(buried);
    }

    private static void judge(String subject) {
        ModerationServiceGrpc.newBlockingStub(Grpc.as("caller"))
                .moderateText(ModerateTextRequest.newBuilder()
                        .setText("hello")
                        .setSubject(subject)
                        .setDirection(Direction.DIRECTION_PROMPT)
                        .build());
    }
}
