package revontuli.platform.audit;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;
import revontuli.platform.PlatformConfig;
import revontuli.platform.caller.Caller;
import revontuli.platform.event.Admission;
import revontuli.platform.fault.FaultException;
import revontuli.platform.tx.UnitOfWork;
import revontuli.transparency.json.Json;

/// Leaves records of calls as such: `call.refused` for whoever was not let in or was told no, `call.answered` for calls
/// that are no act of their own, such as reads. So no call is silent, and none can flood the log:
///
/// - A refusal is on record about a second after it happened; the same again (same caller, method and reason) is
///   counted and put on record once a minute, with the number and the first and last time. Answers are only counted.
/// - In one minute at most [#KINDS_MAX] kinds are told apart; what comes beyond is counted under `*`.
/// - While the outbox is full nothing is written; the counts wait in memory.
///
/// Before a stop everything is written. A crash loses the counts of at most a minute and the refusals of a second,
/// never a record of an act: acts are recorded in their own transaction, by the features.
@ApplicationScoped
public class CallRecords {
    /// Kinds of calls told apart in one window.
    static final int KINDS_MAX = 512;

    /// Who called without being known.
    public static final String ANONYMOUS = "anonymous";

    private static final Logger LOG = Logger.getLogger(CallRecords.class);
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final int CHARS_MAX = 128;

    private final Audit audit;
    private final Admission room;
    private final UnitOfWork unit;
    private final InstantSource clock;
    private final Duration window;
    private final String service;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition stopped = lock.newCondition();
    private final Map<Kind, Tally> tallies = new HashMap<>();
    private boolean running;
    private @Nullable Thread loop;
    private Instant windowEnd = Instant.MAX;

    @Inject
    CallRecords(Audit audit, Admission room, UnitOfWork unit, InstantSource clock, PlatformConfig config) {
        this(audit, room, unit, clock, config.audit().callWindow(), config.service());
    }

    CallRecords(Audit audit, Admission room, UnitOfWork unit, InstantSource clock, Duration window, String service) {
        this.audit = audit;
        this.room = room;
        this.unit = unit;
        this.clock = clock;
        this.window = window;
        this.service = service;
    }

    /// What is counted together.
    ///
    /// @param reason machine-readable reason of a refusal, empty for an answer
    private record Kind(String principal, String tenant, String method, String reason) {
        boolean refused() {
            return !reason.isEmpty();
        }
    }

    private static final class Tally {
        private long count;
        private Instant first = Instant.MAX;
        private Instant last = Instant.MIN;
        /// Whether this window has a record of the kind already.
        private boolean told;
    }

    /// A call that was refused or failed.
    ///
    /// @param caller null when nobody was recognized
    /// @param method full name of the method, or `POST /v1/...`
    /// @param reason machine-readable
    public void refused(@Nullable Caller caller, String method, String reason) {
        count(caller, method, reason.isEmpty() ? "UNKNOWN" : reason);
    }

    /// A call that was answered.
    public void answered(@Nullable Caller caller, String method) {
        count(caller, method, "");
    }

    private void count(@Nullable Caller caller, String method, String reason) {
        Kind kind = new Kind(
                caller == null ? ANONYMOUS : caller.principal(),
                caller == null ? Caller.SYSTEM_TENANT : caller.tenant(),
                cut(method),
                cut(reason));
        Instant now = clock.instant();
        lock.lock();
        try {
            Tally tally = tallies.get(kind);
            if (tally == null) {
                Kind entered = tallies.size() < KINDS_MAX
                        ? kind
                        : new Kind("*", Caller.SYSTEM_TENANT, "*", kind.refused() ? "*" : "");
                tally = tallies.computeIfAbsent(entered, _ -> new Tally());
            }
            tally.count++;
            tally.first = now.isBefore(tally.first) ? now : tally.first;
            tally.last = now.isAfter(tally.last) ? now : tally.last;
        } finally {
            lock.unlock();
        }
    }

    /// Begins to write what is counted.
    public void start() {
        running = true;
        windowEnd = clock.instant().plus(window);
        loop = Thread.ofVirtual().name("call-records").start(this::run);
    }

    /// Writes everything that was counted and ends.
    public void stop(Duration patience) throws InterruptedException {
        lock.lock();
        try {
            running = false;
            stopped.signalAll();
        } finally {
            lock.unlock();
        }
        Thread started = loop;
        if (started != null) {
            started.join(patience);
        }
        write(true);
    }

    private void run() {
        try {
            while (pause()) {
                boolean over = !clock.instant().isBefore(windowEnd);
                if (over) {
                    windowEnd = clock.instant().plus(window);
                }
                write(over);
            }
        } catch (InterruptedException _) {
            // the end is wanted; stop() writes the rest
        }
    }

    private boolean pause() throws InterruptedException {
        lock.lock();
        try {
            long left = TICK.toNanos();
            while (running && left > 0) {
                left = stopped.awaitNanos(left);
            }
            return running;
        } finally {
            lock.unlock();
        }
    }

    /// Writes first refusals, and everything when a window is over. What cannot be written is counted on.
    void write(boolean all) {
        List<Map.Entry<Kind, Tally>> due = take(all);
        if (due.isEmpty()) {
            return;
        }
        try {
            room.requireRoom();
            unit.run(() -> due.forEach(one -> audit.append(entry(one.getKey(), one.getValue()))));
        } catch (FaultException _) {
            giveBack(due); // no room for records: they wait here
        } catch (RuntimeException e) {
            LOG.warn("records of calls wait: they cannot be written now", e);
            giveBack(due);
        }
    }

    private List<Map.Entry<Kind, Tally>> take(boolean all) {
        List<Map.Entry<Kind, Tally>> due = new ArrayList<>();
        lock.lock();
        try {
            tallies.forEach((kind, tally) -> {
                if (tally.count > 0 && (all || (kind.refused() && !tally.told))) {
                    Tally taken = new Tally();
                    taken.count = tally.count;
                    taken.first = tally.first;
                    taken.last = tally.last;
                    due.add(Map.entry(kind, taken));
                    tally.count = 0;
                    tally.first = Instant.MAX;
                    tally.last = Instant.MIN;
                    tally.told = true;
                }
            });
            if (all) {
                tallies.clear();
            }
        } finally {
            lock.unlock();
        }
        return due;
    }

    private void giveBack(List<Map.Entry<Kind, Tally>> due) {
        lock.lock();
        try {
            due.forEach(one -> {
                Tally tally = tallies.computeIfAbsent(one.getKey(), _ -> new Tally());
                Tally taken = one.getValue();
                tally.count += taken.count;
                tally.first = taken.first.isBefore(tally.first) ? taken.first : tally.first;
                tally.last = taken.last.isAfter(tally.last) ? taken.last : tally.last;
                tally.told = false;
            });
        } finally {
            lock.unlock();
        }
    }

    private AuditEntry entry(Kind kind, Tally tally) {
        Caller who = new Caller(kind.principal(), kind.tenant(), Set.of());
        AuditEntry entry = AuditEntry.of(
                        who, kind.refused() ? "call.refused" : "call.answered", "calls/" + service, tally.last)
                .fact("method", kind.method())
                .fact("count", Json.number(tally.count))
                .fact("first_time", tally.first.toString())
                .fact("last_time", tally.last.toString());
        return kind.refused() ? entry.fact("reason", kind.reason()) : entry;
    }

    private static String cut(String text) {
        return text.length() <= CHARS_MAX ? text : text.substring(0, CHARS_MAX);
    }
}
