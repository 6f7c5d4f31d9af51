package revontuli.embedded.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Three brokers, one of which goes away in the middle of the writing.
class ThreeBrokersTest {
    private static final KafkaPlan PLAN =
            new KafkaPlan(Map.of(), List.of(new KafkaPlan.Topic("numbers", 1, Optional.empty())), List.of());

    @TempDir
    Path folder;

    @Test
    void whatWasAcknowledgedSurvivesAKilledBroker() throws Exception {
        try (EmbeddedKafka kafka =
                EmbeddedKafka.start(KafkaSettings.open(folder, 3).inOwnProcesses())) {
            kafka.apply(PLAN);

            assertThat(writeWhile(kafka, () -> kafka.kill(1))).isEqualTo(numbers());
        }
    }

    @Test
    void whatWasAcknowledgedSurvivesAStoppedBrokerInThisJvm() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(KafkaSettings.open(folder, 3))) {
            kafka.apply(PLAN);

            assertThat(writeWhile(kafka, () -> kafka.stop(1))).isEqualTo(numbers());
        }
    }

    private static List<String> writeWhile(EmbeddedKafka kafka, Runnable loss) throws Exception {
        try (Clients clients = new Clients(Map.of("bootstrap.servers", kafka.bootstrap()))) {
            for (String number : numbers()) {
                if ("100".equals(number)) {
                    loss.run();
                }
                clients.send("numbers", "k", number);
            }
            assertThat(kafka.isRunning(1)).isFalse();
            kafka.start(1);
            return clients.read("numbers", "reader");
        }
    }

    private static List<String> numbers() {
        return IntStream.range(0, 300).mapToObj(Integer::toString).toList();
    }
}
