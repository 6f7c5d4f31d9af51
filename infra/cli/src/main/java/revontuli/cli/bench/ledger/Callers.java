package revontuli.cli.bench.ledger;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import revontuli.api.safety.v1.Direction;
import revontuli.api.safety.v1.ModerateTextRequest;
import revontuli.api.safety.v1.ModerationServiceGrpc;
import revontuli.api.safety.v1.ModerationServiceGrpc.ModerationServiceBlockingStub;
import revontuli.cli.Channels;
import revontuli.cli.ClientCredential;
import revontuli.cli.Home;
import revontuli.cli.Service;
import revontuli.transparency.history.ActHistory;

/// Clients that let texts be moderated, each on a subject of its own and one call after another, and write down what
/// they were told. The commitment in the answer is the mark of an act: its record names it too.
final class Callers implements AutoCloseable {
    static final String ACTION = "moderation.judged";
    static final String MARK = "commitment";

    private static final int CLIENTS = 16;
    private static final int ACTS_OF_A_SUBJECT = 10;
    private static final Duration CALL_LIMIT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final Home home;
    private final ActHistory history;
    private final AtomicReference<@Nullable Line> line = new AtomicReference<>();
    private final AtomicLong answered = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean running = true;

    Callers(Home home, ActHistory history) {
        this.home = home;
        this.history = history;
        for (int client = 0; client < CLIENTS; client++) {
            threads.add(Thread.ofVirtual().name("caller-" + client).start(this::run));
        }
    }

    private record Line(Channels channels, ModerationServiceBlockingStub stub) {}

    /// Connects to the service, which is a new process, and lets the clients call it.
    void connect() {
        Channels channels = Channels.open(home, ClientCredential.load(home, "caller"));
        channels.connect(Service.SAFETY, CALL_LIMIT);
        Line before =
                line.getAndSet(new Line(channels, ModerationServiceGrpc.newBlockingStub(channels.to(Service.SAFETY))));
        if (before != null) {
            before.channels.close();
        }
    }

    /// Acknowledged acts a second over a while from now on.
    double rate(Duration over) throws InterruptedException {
        long begin = System.nanoTime();
        long before = answered.get();
        Thread.sleep(over);
        return (answered.get() - before) / ((System.nanoTime() - begin) / 1e9);
    }

    /// Lets the last calls end; no act begins after.
    void end() throws InterruptedException {
        running = false;
        for (Thread thread : threads) {
            thread.join(CALL_LIMIT.plusSeconds(5));
        }
    }

    @Override
    public void close() {
        running = false;
        Line last = line.getAndSet(null);
        if (last != null) {
            last.channels.close();
        }
    }

    private void run() {
        while (running) {
            String subject = "generations/g-" + UUID.randomUUID();
            for (int act = 0; act < ACTS_OF_A_SUBJECT && running; act++) {
                Line now = line.get();
                if (now == null || !act(now, subject)) {
                    pause();
                }
            }
        }
    }

    private boolean act(Line now, String subject) {
        ModerateTextRequest request = ModerateTextRequest.newBuilder()
                .setText("Act " + System.nanoTime() + " under the northern lights.")
                .setDirection(Direction.DIRECTION_PROMPT)
                .setSubject(subject)
                .setCommit(true)
                .build();
        try {
            String mark = now.stub
                    .withDeadlineAfter(CALL_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .moderateText(request)
                    .getCommitment();
            history.acknowledged(subject, mark);
            answered.incrementAndGet();
            return true;
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() != Status.Code.RESOURCE_EXHAUSTED) {
                history.unknown(subject);
            }
            return false;
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
