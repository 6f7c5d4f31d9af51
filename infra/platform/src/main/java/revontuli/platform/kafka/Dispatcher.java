package revontuli.platform.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import revontuli.platform.PlatformConfig;
import revontuli.platform.audit.Sealer;
import revontuli.platform.caller.StoredApiKeys;

/// The one loop behind the outbox: seals audit records, relays events, and does the small rounds (keys, counts, signs
/// of life).
///
/// Woken by commits; looks by itself every second. A failure is logged once per streak and tried again with a growing
/// wait: nothing is given up, everything stays in the database until the broker has it.
@ApplicationScoped
public class Dispatcher {
    private static final Logger LOG = Logger.getLogger(Dispatcher.class);
    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final Duration PRUNE_EVERY = Duration.ofMinutes(10);
    private static final Duration BACKOFF_MAX = Duration.ofSeconds(5);

    /// So many batches are sealed before some are sent, and sent before some are sealed.
    private static final int BATCHES = 16;

    private final Sealer sealer;
    private final Relay relay;
    private final StoredApiKeys keys;
    private final WakeUp wakeUp;
    private final Duration reportEvery;
    private volatile boolean running;
    private volatile boolean brokerAnswers = true;
    private @Nullable Thread loop;
    private Instant lastReport = Instant.EPOCH;
    private Instant lastPrune = Instant.now();

    Dispatcher(Sealer sealer, Relay relay, StoredApiKeys keys, WakeUp wakeUp, PlatformConfig config) {
        this.sealer = sealer;
        this.relay = relay;
        this.keys = keys;
        this.wakeUp = wakeUp;
        this.reportEvery = config.audit().heartbeat();
    }

    /// Opens this run's source and begins the loop.
    public void start() throws SQLException {
        sealer.open();
        keys.refresh();
        running = true;
        loop = Thread.ofVirtual().name("dispatcher").start(this::run);
    }

    /// True while the last round could send.
    public boolean brokerAnswers() {
        return brokerAnswers;
    }

    /// Ends the loop, closes the source, and sends what is left as far as the broker takes it within the patience.
    /// What it does not take stays in the outbox for the next run.
    public void stop(Duration patience) throws InterruptedException {
        running = false;
        wakeUp.signal();
        Thread started = loop;
        if (started != null) {
            started.join(patience);
        }
        sealer.close();
        try {
            while (relay.relay() > 0) {
                // until the outbox is empty
            }
        } catch (RuntimeException e) {
            LOG.warn("events stay in the outbox: the broker does not answer", e);
        }
        relay.close();
    }

    private void run() {
        Duration backoff = IDLE;
        while (running) {
            try {
                boolean done = round();
                backoff = IDLE;
                brokerAnswers = true;
                if (done) {
                    wakeUp.awaitAtMost(IDLE);
                }
            } catch (InterruptedException _) {
                return;
            } catch (Exception e) {
                if (brokerAnswers) {
                    LOG.warn("cannot send events; they wait in the outbox", e);
                }
                brokerAnswers = false;
                backoff = backoff.multipliedBy(2).compareTo(BACKOFF_MAX) > 0 ? BACKOFF_MAX : backoff.multipliedBy(2);
                pause(backoff);
            }
        }
    }

    /// Some batches are sealed, some are sent, whether or not that was all: a steady load must hold up neither the
    /// other nor the small rounds. True when nothing was left.
    private boolean round() throws SQLException, InterruptedException {
        boolean sealed = false;
        for (int i = 0; i < BATCHES && !sealed; i++) {
            sealed = sealer.seal() == 0;
        }
        keys.refresh();
        relay.observe();
        boolean sent = false;
        for (int i = 0; i < BATCHES && !sent; i++) {
            sent = relay.relay() == 0;
        }
        relay.observe();
        Instant now = Instant.now();
        if (now.isAfter(lastReport.plus(reportEvery))) {
            relay.sendNow(sealer.report());
            lastReport = now;
        }
        if (now.isAfter(lastPrune.plus(PRUNE_EVERY))) {
            relay.prune();
            lastPrune = now;
        }
        return sealed && sent;
    }

    private void pause(Duration wait) {
        try {
            wakeUp.awaitAtMost(wait);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
