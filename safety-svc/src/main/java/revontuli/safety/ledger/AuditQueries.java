package revontuli.safety.ledger;

import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import revontuli.platform.audit.Audit;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.caller.Role;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.platform.tx.UnitOfWork;
import revontuli.transparency.json.Json;
import revontuli.transparency.merkle.SignedNote;
import revontuli.transparency.record.PrunedLeaf;

/// What people ask of the log. Auditors and services see every tenant, all others their own; a query and an export
/// leave a record of themselves.
public final class AuditQueries {
    private final Records records;
    private final Log log;
    private final Checkpoints checkpoints;
    private final Publisher publisher;
    private final LogKey key;
    private final Audit audit;
    private final UnitOfWork unit;
    private final InstantSource clock;

    public AuditQueries(Records records, Published published, Audit audit, UnitOfWork unit, InstantSource clock) {
        this.records = records;
        this.log = published.log();
        this.checkpoints = published.checkpoints();
        this.publisher = published.publisher();
        this.key = published.key();
        this.audit = audit;
        this.unit = unit;
        this.clock = clock;
    }

    /// The log and what it has signed.
    public record Published(Log log, Checkpoints checkpoints, Publisher publisher, LogKey key) {}

    /// A page of records; `logSize` is the size of the log when it was read.
    public record Answer(List<LedgerRecord> records, boolean more, long logSize) {
        public Answer {
            records = List.copyOf(records);
        }
    }

    /// Leaves `[from, size)` and the checkpoint over all leaves up to there.
    public record Export(long from, long size, SignedNote checkpoint) {}

    public Answer query(Caller caller, RecordFilter filter, Records.Range range) {
        RecordFilter visible = visible(caller, filter);
        return unit.run(() -> {
            long size = log.head().size();
            Records.Listing found = readableBy(caller).list(visible, range);
            audit.append(AuditEntry.of(caller, "audit.queried", "queries/" + UUID.randomUUID(), clock.instant())
                    .fact("filters", filters(filter))
                    .fact("order", range.newestFirst() ? "newest-first" : "oldest-first")
                    .fact("records", Integer.toString(found.records().size())));
            return new Answer(found.records(), found.more(), size);
        });
    }

    public LedgerRecord get(Caller caller, long index) {
        return unit.run(() -> readableBy(caller)
                .find(index)
                .filter(record -> caller.sees(record.who().tenant()))
                .orElseThrow(() -> missing(caller, index)));
    }

    /// Fails as [#get] where the caller may not see the record; one that was pruned is no longer anybody's, and
    /// auditors and services may still have proofs of its place.
    public void requirePlace(Caller caller, long index) {
        if (!seesAll(caller) || log.pruned(index).isEmpty()) {
            get(caller, index);
        }
    }

    private FaultException missing(Caller caller, long index) {
        String name = "records/" + index;
        if (seesAll(caller)) {
            Optional<String> pruning = log.pruned(index).map(PrunedLeaf::pruning);
            if (pruning.isPresent()) {
                return new Fault.NotFound(
                                "RECORD_PRUNED",
                                name + " was pruned by " + pruning.get() + "; its place in the log can still be proved",
                                Map.of("name", name, "pruning", pruning.get()))
                        .toException();
            }
        }
        return new Fault.NotFound("NO_SUCH_RECORD", name + " does not exist", Map.of("name", name)).toException();
    }

    /// The newest checkpoint; the first one is made if there is none yet.
    public Checkpoints.Kept checkpoint() {
        return publisher.covering(0);
    }

    /// Fixes how far an export goes and records that it is made.
    public Export export(Caller caller, long from) {
        return unit.run(() -> {
            if (log.awaitsPruningsRecord()) {
                throw new Fault.Unavailable(
                                "PRUNING_UNDER_WAY",
                                "records were pruned a moment ago, and the record that says so is on its way into the"
                                        + " log: try again in a few seconds",
                                Map.of())
                        .toException();
            }
            Checkpoints.Kept covering = publisher.covering(log.head().size());
            if (from < 0 || from > covering.size()) {
                throw Fault.invalid(
                        "BAD_FILTER", "from_index", "must be 0 to " + covering.size() + ", the size of the log");
            }
            audit.append(AuditEntry.of(caller, "audit.exported", "exports/" + UUID.randomUUID(), clock.instant())
                    .fact("from", Long.toString(from))
                    .fact("size", Long.toString(covering.size())));
            return new Export(from, covering.size(), covering.note());
        });
    }

    /// The next leaves of an export, in order: one message's worth. As they are stored, so that a damaged one is seen
    /// by the verifier.
    public List<byte[]> leaves(Export export, long from) {
        return unit.run(() -> log.leaves(from, export.size()));
    }

    /// The next kept checkpoints of an export, one of each size, from a size on.
    public List<Checkpoints.Kept> checkpoints(Export export, long fromSize, int count) {
        return unit.run(() -> checkpoints.between(fromSize, export.size(), count));
    }

    public LogKey key() {
        return key;
    }

    private Records readableBy(Caller caller) {
        return seesAll(caller) ? records : records.ofTenant(caller.tenant());
    }

    private static boolean seesAll(Caller caller) {
        return caller.has(Role.AUDITOR) || caller.has(Role.SERVICE);
    }

    private static RecordFilter visible(Caller caller, RecordFilter filter) {
        if (seesAll(caller)) {
            return filter;
        }
        if (!filter.tenant().isEmpty() && !caller.tenant().equals(filter.tenant())) {
            throw new Fault.Refused(
                            "FOREIGN_TENANT",
                            "tenant: only role auditor may ask for another tenant than its own, " + caller.tenant(),
                            Map.of("field", "tenant", "tenant", caller.tenant()))
                    .toException();
        }
        return filter.ofTenant(caller.tenant());
    }

    private static Json filters(RecordFilter filter) {
        Map<String, String> set = new TreeMap<>();
        filter.window().from().ifPresent(time -> set.put("from_time", time.toString()));
        filter.window().to().ifPresent(time -> set.put("to_time", time.toString()));
        put(set, "tenant", filter.tenant());
        put(set, "actor", filter.actor());
        put(set, "service", filter.service());
        put(set, "action", filter.action());
        put(set, "subject", filter.subject());
        put(set, "model", filter.model());
        put(set, "job", filter.job());
        return Json.Fields.ofTexts(set);
    }

    private static void put(Map<String, String> set, String name, String value) {
        Optional.of(value).filter(text -> !text.isEmpty()).ifPresent(text -> set.put(name, text));
    }
}
