package revontuli.inference.admit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Who waits for a slot. Tenants take turns, whoever of them waits with how many; within a tenant who came first goes
/// first. Safe for use by many threads.
final class WaitingLine {
    /// In the order of their turns; none is empty.
    private final Map<String, ArrayDeque<Sequence>> tenants = new LinkedHashMap<>();

    synchronized void add(Sequence sequence) {
        tenants.computeIfAbsent(sequence.tenant(), unseen -> new ArrayDeque<>()).add(sequence);
        notifyAll();
    }

    /// The next one, or null when nobody waits.
    synchronized @Nullable Sequence poll() {
        Iterator<Map.Entry<String, ArrayDeque<Sequence>>> first =
                tenants.entrySet().iterator();
        if (!first.hasNext()) {
            return null;
        }
        Map.Entry<String, ArrayDeque<Sequence>> turn = first.next();
        String tenant = turn.getKey();
        ArrayDeque<Sequence> own = turn.getValue();
        first.remove();
        Sequence next = own.poll();
        if (!own.isEmpty()) {
            tenants.put(tenant, own);
        }
        return next;
    }

    /// The next one, once there is one; null when nobody came in time.
    synchronized @Nullable Sequence poll(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        for (long left = patience.toMillis(); tenants.isEmpty() && left > 0; ) {
            wait(left);
            left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        }
        return poll();
    }

    /// Takes out whom this is true of.
    synchronized List<Sequence> remove(Predicate<Sequence> whom) {
        List<Sequence> removed = new ArrayList<>();
        for (Iterator<ArrayDeque<Sequence>> all = tenants.values().iterator(); all.hasNext(); ) {
            ArrayDeque<Sequence> own = all.next();
            own.removeIf(sequence -> {
                boolean out = whom.test(sequence);
                if (out) {
                    removed.add(sequence);
                }
                return out;
            });
            if (own.isEmpty()) {
                all.remove();
            }
        }
        return removed;
    }
}
