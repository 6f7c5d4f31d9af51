package revontuli.safety.ledger;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// The log as queries read it.
public interface Records {
    /// The same as one tenant may read them: the database itself holds back all others. Inside a unit of work.
    Records ofTenant(String tenant);

    Optional<LedgerRecord> find(long index);

    /// Matching records after a place in the wanted order: at most `count`, and fewer where their leaves are large.
    Listing list(RecordFilter filter, Range range);

    /// A part of a list, and whether more follows.
    record Listing(List<LedgerRecord> records, boolean more) {
        public Listing {
            records = List.copyOf(records);
        }
    }

    /// First record of this action that names this digest in this role.
    Optional<LedgerRecord> firstNaming(String action, String role, String digest);

    /// A part of a list.
    ///
    /// @param after index of the last record seen, empty at the beginning
    record Range(OptionalLong after, boolean newestFirst, int count) {
        public static final Range FIRST = new Range(OptionalLong.empty(), false, 1);
        public static final Range LAST = new Range(OptionalLong.empty(), true, 1);
    }
}
