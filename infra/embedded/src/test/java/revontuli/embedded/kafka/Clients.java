package revontuli.embedded.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/// A writer and readers with one user's settings.
final class Clients implements AutoCloseable {
    private static final long READ_LIMIT_NANOS = Duration.ofSeconds(30).toNanos();

    private final Map<String, String> login;
    private final KafkaProducer<String, String> producer;

    Clients(Map<String, String> login) {
        this.login = login;
        Map<String, Object> settings = new HashMap<>(login);
        settings.put("acks", "all");
        settings.put("max.block.ms", "10000");
        settings.put("delivery.timeout.ms", "30000");
        settings.put("request.timeout.ms", "10000");
        this.producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    static Map<String, String> map(Properties properties) {
        Map<String, String> map = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> map.put(name, properties.getProperty(name)));
        return map;
    }

    void send(String topic, String key, String value) throws Exception {
        producer.send(new ProducerRecord<>(topic, key, value)).get(40, TimeUnit.SECONDS);
    }

    /// All values that the topic holds, read until one pause after the first.
    List<String> read(String topic, String group) {
        Map<String, Object> settings = new HashMap<>(login);
        settings.put("group.id", group);
        settings.put("auto.offset.reset", "earliest");
        List<String> values = new ArrayList<>();
        long begin = System.nanoTime();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            boolean more = true;
            while (more && System.nanoTime() - begin < READ_LIMIT_NANOS) {
                int before = values.size();
                consumer.poll(Duration.ofMillis(500)).forEach(entry -> values.add(entry.value()));
                more = values.isEmpty() || values.size() > before;
            }
        }
        return values;
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
