package revontuli.safety.ledger;

import java.time.Instant;
import java.util.Map;

/// A record as queries show it: its place, its evidence, and what was taken from it.
///
/// @param leaf exact bytes; not copied, nobody writes into them
/// @param digests `sha256:<hex>` by role
@SuppressWarnings("ArrayRecordComponent")
public record LedgerRecord(long index, byte[] leaf, Who who, What what, Map<String, String> digests) {
    /// Who did it, for whom, and which service says so.
    public record Who(String tenant, String actor, String service) {}

    /// What was done to what, and when.
    public record What(String action, String subject, Instant time) {}

    public LedgerRecord {
        digests = Map.copyOf(digests);
    }

    public String name() {
        return "records/" + index;
    }
}
