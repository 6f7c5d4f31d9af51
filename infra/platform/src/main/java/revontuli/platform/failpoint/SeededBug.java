package revontuli.platform.failpoint;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// A bug that somebody could make, built in behind a switch: tests switch it on and must notice. A check that has
/// never caught anything shows nothing.
public enum SeededBug {
    /// An act commits without its record.
    ACT_WITHOUT_RECORD,
    /// Records are claimed by a position that was reached, so that a late commit is passed over.
    SEALER_CLAIMS_BY_CURSOR,
    /// Every second act on a subject gets the number of the one before.
    SUBJECT_NUMBERED_TWICE,
    /// The last event of a round is marked as sent and was not.
    RELAY_MARKS_UNSENT,
    /// The broker is told that records are taken before they are.
    CONSUMER_COMMITS_FIRST,
    /// The ledger takes a record although one before it is missing.
    LEDGER_TAKES_GAPS,
    /// The ledger takes a record whoever signed it.
    LEDGER_TAKES_ANY_SIGNATURE,
    /// The last record of a batch leaves the stage and never enters the log.
    SEQUENCER_DROPS_A_LEAF,
    /// A sequencer whose term is over goes on.
    SEQUENCER_IGNORES_TERM,
    /// A checkpoint is signed over another tree.
    CHECKPOINT_OF_ANOTHER_TREE;

    private static final AtomicReference<@Nullable SeededBug> ON = new AtomicReference<>();

    public boolean isOn() {
        return ON.get() == this;
    }

    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// For tests.
    public static void switchOn(SeededBug bug) {
        ON.set(bug);
    }

    public static void switchOff() {
        ON.set(null);
    }

    static void switchOnFrom(String setting) {
        switchOn(Arrays.stream(values())
                .filter(bug -> bug.id().equals(setting))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no seeded bug '" + setting + "'; there are "
                        + Arrays.stream(values()).map(SeededBug::id).toList())));
    }
}
