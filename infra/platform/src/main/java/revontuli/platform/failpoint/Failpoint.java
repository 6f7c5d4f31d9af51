package revontuli.platform.failpoint;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A place in the code where a crash would hurt most. Passing it costs one volatile read and does nothing, unless a
/// test has armed it; one point at a time is armed.
public enum Failpoint {
    /// The act, its event and its record are written, not committed.
    ACT_UNCOMMITTED("act.uncommitted"),
    /// The act is committed, its caller has no answer yet.
    ACT_UNANSWERED("act.unanswered"),
    /// Records are committed; their numbers and signatures are not.
    SEAL_UNCOMMITTED("seal.uncommitted"),
    /// The outbox was read, nothing was sent.
    RELAY_READ("relay.read"),
    /// Events were handed to the producer, none is known to be acknowledged.
    RELAY_SENT("relay.sent"),
    /// All brokers have the events, the outbox does not know.
    RELAY_ACKED("relay.acked"),
    /// The outbox knows, in a commit.
    RELAY_MARKED("relay.marked"),
    /// Partitions were just given to this consumer.
    CONSUMER_REBALANCED("consumer.rebalanced"),
    /// Events are read, neither inbox nor effect is written.
    CONSUMER_POLLED("consumer.polled"),
    /// The effect is committed, the broker does not know.
    CONSUMER_TAKEN("consumer.taken"),
    /// Records wait in the stage and are claimed.
    SEQUENCER_CLAIMED("sequencer.claimed"),
    /// The batch's leaves are written, its tiles and head are not.
    SEQUENCER_LEAVES_WRITTEN("sequencer.leaves-written"),
    /// A tile is written, the head is not.
    SEQUENCER_TILE_WRITTEN("sequencer.tile-written"),
    /// The head is committed, no checkpoint covers it.
    CHECKPOINT_UNSIGNED("checkpoint.unsigned"),
    /// The checkpoint is signed, not kept.
    CHECKPOINT_UNKEPT("checkpoint.unkept");

    private static final Pattern PLAN = Pattern.compile("([a-z-]+\\.[a-z-]+)=halt@([1-9][0-9]{0,5})");
    private static final int KILLED = 137;
    private static final AtomicReference<@Nullable Plan> ARMED = new AtomicReference<>();

    private final String id;

    Failpoint(String id) {
        this.id = id;
    }

    public String id() {
        return id;
    }

    /// What happens at an armed point.
    private record Plan(Failpoint point, int first, int times, boolean halt, AtomicInteger passed) {}

    /// Thrown at a point that a test has armed so.
    public static final class Reached extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Reached(Failpoint point) {
            super("the failpoint " + point.id + " is armed");
        }
    }

    /// Passes this point.
    public void reach() {
        Plan plan = ARMED.get();
        if (plan == null || plan.point != this) {
            return;
        }
        int passed = plan.passed.incrementAndGet();
        if (passed < plan.first || passed >= plan.first + plan.times) {
            return;
        }
        if (plan.halt) {
            Runtime.getRuntime().halt(KILLED);
        }
        throw new Reached(this);
    }

    /// For tests: the next `times` passages of a point throw.
    public static void armToThrow(Failpoint point, int times) {
        ARMED.set(new Plan(point, 1, times, false, new AtomicInteger()));
    }

    /// For tests: how often the armed point was passed.
    public static int passed() {
        Plan plan = ARMED.get();
        return plan == null ? 0 : plan.passed.get();
    }

    public static void disarm() {
        ARMED.set(null);
    }

    /// Arms from a setting, `<point>=halt@<n>`: the process ends at once, as by SIGKILL, at the n-th passage.
    static void armFrom(String setting) {
        Matcher plan = PLAN.matcher(setting);
        if (!plan.matches()) {
            throw new IllegalArgumentException("'" + setting + "' must be such as relay.acked=halt@3");
        }
        Failpoint point = Arrays.stream(values())
                .filter(each -> each.id.equals(plan.group(1)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no point " + plan.group(1) + "; there are "
                        + Arrays.stream(values()).map(Failpoint::id).collect(Collectors.joining(", "))));
        ARMED.set(new Plan(point, Integer.parseInt(plan.group(2)), 1, true, new AtomicInteger()));
    }
}
