package revontuli.platform.kafka;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import revontuli.platform.PlatformConfig;
import revontuli.platform.event.EventHandler;
import revontuli.platform.event.ReceivedEvent;
import revontuli.platform.event.RefusedEvent;
import revontuli.platform.failpoint.Failpoint;
import revontuli.platform.failpoint.SeededBug;
import revontuli.platform.fault.FaultException;
import revontuli.platform.tx.UnitOfWork;

/// Reads one topic for one handler, in order, until told to stop.
///
/// A record, or a poll of them, is taken in one transaction with everything it causes; only then its offset is
/// committed. A stop finishes what is in hand and takes no other. A record that cannot be read goes to the dead
/// letters; while the database or the broker is away nothing does.
final class EventLoop {
    private static final Logger LOG = Logger.getLogger(EventLoop.class);
    private static final Duration POLL = Duration.ofMillis(500);

    private final EventHandler handler;
    private final KafkaClients clients;
    private final DeadLetters deadLetters;
    private final UnitOfWork unit;
    private final PlatformConfig config;
    private final String group;
    private volatile boolean running = true;
    private volatile @Nullable KafkaConsumer<String, byte[]> consumer;
    private @Nullable Thread loop;

    EventLoop(
            EventHandler handler,
            KafkaClients clients,
            DeadLetters deadLetters,
            UnitOfWork unit,
            PlatformConfig config) {
        this.handler = handler;
        this.clients = clients;
        this.deadLetters = deadLetters;
        this.unit = unit;
        this.config = config;
        this.group = config.service() + "." + handler.purpose();
    }

    void start() {
        loop = Thread.ofVirtual().name("consumer " + group).start(this::run);
    }

    void stop() {
        running = false;
        KafkaConsumer<String, byte[]> open = consumer;
        if (open != null) {
            open.wakeup();
        }
    }

    void awaitStopped(Duration patience) throws InterruptedException {
        Thread started = loop;
        if (started != null) {
            started.join(patience);
        }
    }

    private void run() {
        while (running) {
            try (KafkaConsumer<String, byte[]> open = clients.consumer(group)) {
                consumer = open;
                open.subscribe(List.of(handler.topic()), new Rebalances());
                while (running) {
                    takeAll(open, open.poll(POLL));
                }
            } catch (WakeupException _) {
                // the stop woke it
            } catch (RuntimeException e) {
                LOG.warnf(e, "consumer %s begins anew", group);
                pause(1);
            } finally {
                consumer = null;
            }
        }
    }

    private void takeAll(KafkaConsumer<String, byte[]> open, ConsumerRecords<String, byte[]> records) {
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<String, byte[]>> inOrder = records.records(partition);
            if (SeededBug.CONSUMER_COMMITS_FIRST.isOn()) {
                commit(open, partition, inOrder.getLast().offset() + 1);
            }
            Failpoint.CONSUMER_POLLED.reach();
            if (takeTogether(inOrder)) {
                Failpoint.CONSUMER_TAKEN.reach();
                commit(open, partition, inOrder.getLast().offset() + 1);
                continue;
            }
            long next = -1;
            for (ConsumerRecord<String, byte[]> record : inOrder) {
                if (!running || !take(record)) {
                    break;
                }
                next = record.offset() + 1;
            }
            if (next >= 0) {
                Failpoint.CONSUMER_TAKEN.reach();
                commit(open, partition, next);
            }
        }
    }

    /// Takes all in one transaction if the handler allows it. After a failure nothing of it remains, and false says
    /// that they must be taken one by one, which finds out whose fault it is.
    private boolean takeTogether(List<ConsumerRecord<String, byte[]>> records) {
        if (!handler.takesTogether() || records.size() < 2 || !running) {
            return false;
        }
        List<RefusedEvent> refused;
        try {
            List<ReceivedEvent> events =
                    records.stream().map(EventLoop::received).toList();
            refused = unit.run(() -> handler.onAll(events));
        } catch (RuntimeException e) {
            LOG.debugf(e, "%d records of %s are taken one by one", records.size(), handler.topic());
            return false;
        }
        for (RefusedEvent each : refused) {
            if (!bury(each.event(), each.fault().reason(), each.fault().message())) {
                return false; // it stops: the records come again, and those that were taken are dropped as seen
            }
        }
        return true;
    }

    private static void commit(KafkaConsumer<String, byte[]> open, TopicPartition partition, long next) {
        Map<TopicPartition, OffsetAndMetadata> offsets = Map.of(partition, new OffsetAndMetadata(next));
        try {
            open.commitSync(offsets);
        } catch (WakeupException _) {
            open.commitSync(offsets); // the stop came in between; the record is taken, so its offset still counts
        }
    }

    /// False when the loop is stopping and the record was not taken.
    private boolean take(ConsumerRecord<String, byte[]> record) {
        ReceivedEvent event = received(record);
        for (int attempt = 1; running; attempt++) {
            try {
                unit.run(() -> handler.on(event));
                return true;
            } catch (FaultException failure) {
                if (!failure.fault().passing()) {
                    return bury(event, failure.fault().reason(), failure.fault().message());
                }
                LOG.warnf("record %s of %s waits: %s", event.position(), event.topic(), failure.getMessage());
            } catch (RuntimeException e) {
                LOG.warnf(e, "record %s of %s fails, attempt %d", event.position(), event.topic(), attempt);
                if (attempt >= config.consumers().attemptsMax() && !Outages.isOne(e)) {
                    return bury(event, "INTERNAL", "the record fails for no known reason");
                }
            }
            pause(attempt);
        }
        return false;
    }

    private boolean bury(ReceivedEvent event, String reason, String message) {
        for (int attempt = 1; running; attempt++) {
            try {
                deadLetters.bury(event, group, reason, message);
                return true;
            } catch (RuntimeException e) {
                LOG.warnf(e, "the dead letters do not take record %s of %s", event.position(), event.topic());
                pause(attempt);
            }
        }
        return false;
    }

    private void pause(int attempt) {
        long cap = config.consumers().backoffMax().toMillis();
        long upTo = Math.min(cap, 100L << Math.min(attempt, 10));
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(upTo / 2, upTo + 1));
        } catch (InterruptedException _) {
            running = false;
        }
    }

    private static final class Rebalances implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            Failpoint.CONSUMER_REBALANCED.reach();
        }
    }

    private static ReceivedEvent received(ConsumerRecord<String, byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8));
        }
        return new ReceivedEvent(
                record.topic(),
                record.partition() + "/" + record.offset(),
                record.key() == null ? "" : record.key(),
                headers,
                record.value() == null ? new byte[0] : record.value());
    }
}
