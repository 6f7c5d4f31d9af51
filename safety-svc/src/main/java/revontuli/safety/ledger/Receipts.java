package revontuli.safety.ledger;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.audit.Audit;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.caller.Role;
import revontuli.platform.fault.Fault;
import revontuli.platform.tx.UnitOfWork;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.merkle.MerkleProofs;
import revontuli.transparency.merkle.Tiles;
import revontuli.transparency.receipt.Receipt;

/// Makes receipts: all that the log knows of a generation, sealed by the log's key. Making one is on record, with the
/// digest of the file. Only who has the role `caller` in the generation's own tenant gets the salts.
public final class Receipts {
    /// Bytes of leaves in one receipt, so that it fits into a message.
    static final int LEAF_BYTES_MAX = 2 * 1024 * 1024;

    private final Records records;
    private final Openings openings;
    private final ArtifactStore artifacts;
    private final AuditQueries.Published published;
    private final Audit audit;
    private final UnitOfWork unit;
    private final InstantSource clock;

    public Receipts(
            Records records,
            Openings openings,
            ArtifactStore artifacts,
            AuditQueries.Published published,
            Audit audit,
            UnitOfWork unit,
            InstantSource clock) {
        this.records = records;
        this.openings = openings;
        this.artifacts = artifacts;
        this.published = published;
        this.audit = audit;
        this.unit = unit;
        this.clock = clock;
    }

    /// The file of a receipt.
    public byte[] make(Caller caller, String generation) {
        return unit.run(() -> {
            Collection<LedgerRecord> chosen = new ReceiptRecords(records, caller).of(generation);
            if (chosen.isEmpty()) {
                throw new Fault.NotFound(
                                "NO_SUCH_SUBJECT",
                                "name: the log has no record of " + generation,
                                Map.of("field", "name", "subject", generation))
                        .toException();
            }
            requireFits(generation, chosen);
            byte[] file = sealed(generation, chosen, owned(caller, generation, chosen))
                    .bytes();
            audit.append(AuditEntry.of(caller, "audit.receipt_made", "receipts/" + UUID.randomUUID(), clock.instant())
                    .digest("receipt", Digest.of(file))
                    .fact("generation", generation)
                    .fact("records", Integer.toString(chosen.size())));
            return file;
        });
    }

    private static void requireFits(String generation, Collection<LedgerRecord> chosen) {
        long bytes = chosen.stream().mapToLong(record -> record.leaf().length).sum();
        if (chosen.size() > Receipt.RECORDS_MAX || bytes > LEAF_BYTES_MAX) {
            throw new Fault.Conflict(
                            "RECEIPT_TOO_LARGE",
                            generation + " rests on " + chosen.size() + " records of " + bytes
                                    + " bytes, more than a receipt holds: use an export",
                            Map.of("records", Integer.toString(chosen.size()), "bytes", Long.toString(bytes)))
                    .toException();
        }
    }

    private List<Receipt.Opening> owned(Caller caller, String generation, Collection<LedgerRecord> chosen) {
        boolean owner = caller.has(Role.CALLER)
                && chosen.stream()
                        .anyMatch(record -> record.what().subject().equals(generation)
                                && record.who().tenant().equals(caller.tenant()));
        return owner ? openings.of(caller.tenant(), generation) : List.of();
    }

    private Receipt sealed(String generation, Collection<LedgerRecord> chosen, List<Receipt.Opening> owned) {
        long last = chosen.stream().mapToLong(LedgerRecord::index).max().orElseThrow();
        Checkpoints.Kept covering = published.publisher().covering(last + 1);
        MerkleProofs.RangeRoot roots = Tiles.roots(covering.size(), published.log());
        List<Receipt.Entry> entries = new ArrayList<>();
        for (LedgerRecord record : chosen) {
            entries.add(new Receipt.Entry(
                    record.index(), record.leaf(), MerkleProofs.inclusion(record.index(), covering.size(), roots)));
        }
        Receipt.About about = new Receipt.About(generation, published.key().origin(), covering.size(), clock.instant());
        return published.key().seal(new Receipt.Body(about, entries, artifacts(chosen), owned, covering.note()));
    }

    /// The signed statements that the records name.
    private List<Receipt.Artifact> artifacts(Collection<LedgerRecord> chosen) {
        Set<String> named = new TreeSet<>();
        chosen.stream()
                .map(record -> record.digests().getOrDefault("bundle", ""))
                .filter(digest -> !digest.isEmpty())
                .forEach(named::add);
        return named.stream()
                .map(Digest::parse)
                .map(digest -> new Receipt.Artifact(digest, artifacts.read(digest, Receipt.Artifact.BYTES_MAX)))
                .toList();
    }
}
