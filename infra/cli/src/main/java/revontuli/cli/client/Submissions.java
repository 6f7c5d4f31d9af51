package revontuli.cli.client;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import revontuli.api.trainer.v1.SubmitJobRequest;
import revontuli.cli.CliException;
import revontuli.cli.ClientCredential;
import revontuli.cli.StackFile;
import revontuli.embedded.kafka.ScramLogin;
import revontuli.transparency.crypto.DetachedJws;
import revontuli.transparency.crypto.SigningKey;

/// Jobs as signed JSON CloudEvents on Kafka.
///
/// @param key partition key: the job's id
/// @param authorization detached JWS over the exact bytes of the event, for the header `ce_authorization`
/// @param event structured JSON CloudEvent
public record Submissions(String key, String authorization, String event) {
    public static final String TOPIC = "revontuli.trainer.submission";
    private static final String TYPE = "revontuli.trainer.job.submitted.v1";

    /// Makes and signs the event.
    public static Submissions sign(SubmitJobRequest job, String principal, SigningKey key) {
        String event = "{\"specversion\":\"1.0\",\"id\":\"" + job.getJobId() + "\",\"source\":\"//client/" + principal
                + "\",\"type\":\"" + TYPE + "\",\"subject\":\"jobs/" + job.getJobId() + "\",\"time\":\""
                + Instant.now().truncatedTo(ChronoUnit.SECONDS)
                + "\",\"datacontenttype\":\"application/json\",\"data\":" + Wire.json(job.getPlan()) + "}";
        String authorization = DetachedJws.sign(key, event.getBytes(StandardCharsets.UTF_8));
        return new Submissions(job.getJobId(), authorization, event);
    }

    /// Writes it to the topic; returns when the broker has it.
    public RecordMetadata send(StackFile stack, ClientCredential credential) {
        ClientCredential.KafkaLogin login = credential
                .kafka()
                .orElseThrow(() -> CliException.refused(
                        credential.principal() + " may not write to Kafka: choose another name with --as"));
        Properties settings = new Properties();
        settings.setProperty("bootstrap.servers", stack.kafkaBootstrap());
        settings.setProperty("acks", "all");
        settings.setProperty("max.block.ms", "15000");
        settings.setProperty("delivery.timeout.ms", "30000");
        settings.setProperty("request.timeout.ms", "10000");
        settings.putAll(ScramLogin.properties(login.username(), login.password()));
        try (KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
            ProducerRecord<String, byte[]> message =
                    new ProducerRecord<>(TOPIC, key, event.getBytes(StandardCharsets.UTF_8));
            headers().forEach((name, value) -> message.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
            return producer.send(message).get();
        } catch (ExecutionException e) {
            throw CliException.unavailable("the broker did not take the submission: "
                    + (e.getCause() == null ? e.getMessage() : e.getCause().getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CliException.unavailable("interrupted");
        }
    }

    private Map<String, String> headers() {
        return Map.of("content-type", "application/cloudevents+json; charset=UTF-8", "ce_authorization", authorization);
    }
}
