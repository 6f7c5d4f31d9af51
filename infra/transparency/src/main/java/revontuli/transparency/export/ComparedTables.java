package revontuli.transparency.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.export.Verification.Reason;
import revontuli.transparency.export.Verification.Rows;
import revontuli.transparency.record.LeafHead;
import revontuli.transparency.record.LeafView;
import revontuli.transparency.record.PrunedLeaf;

/// Holds the tables of an export against the records: every row stands as its last record left it, and has one; every
/// record that came before the tables were read has a row that knows it. What is wrong is said after all leaves were
/// found good, as tables are covered by no signature.
///
/// Later records change nothing here, and a row that was ahead of the log when the export was made is only named.
final class ComparedTables {
    private final @Nullable TakenTables taken;
    private final @Nullable BadExportException trouble;
    private @Nullable BadExportException first;
    private long compared;
    private long pruned;
    private long ahead;

    private ComparedTables(@Nullable TakenTables taken, @Nullable BadExportException trouble) {
        this.taken = taken;
        this.trouble = trouble;
    }

    static ComparedTables of(Path export) throws IOException {
        try {
            return new ComparedTables(TableFiles.read(export).orElse(null), null);
        } catch (BadExportException bad) {
            return new ComparedTables(null, bad);
        }
    }

    void follow(long index, LeafView leaf) {
        LeafHead head = leaf.head();
        if (taken == null || !head.service().equals(ExportTable.SERVICE)) {
            return;
        }
        LeafHead.About about = head.about();
        ExportTable table = ExportTable.of(about.subject()).orElse(null);
        if (table == null || !taken.tables().contains(table)) {
            return;
        }
        TakenTables.Entry entry = taken.row(PrunedLeaf.subjectDigest(head.service(), about.subject()));
        if (entry == null) {
            if (index < taken.logSize()) {
                bad(Reason.RECORD_WITHOUT_ROW, index, about.subject() + " is on record and not in " + table.title());
            }
            return;
        }
        if (follow(index, about.number(), entry)) {
            compared++;
            compare(index, leaf, entry);
        }
    }

    void follow(long index, PrunedLeaf leaf) {
        TakenTables.Entry entry = taken == null ? null : taken.row(leaf.subject());
        if (entry != null && follow(index, leaf.subjectNumber(), entry)) {
            pruned++;
        }
    }

    /// Whether this is the row's last record.
    private boolean follow(long index, long number, TakenTables.Entry entry) {
        TableRow row = entry.row;
        if (taken != null && number > row.number() && index < taken.logSize()) {
            bad(
                    Reason.STATE_DISAGREES,
                    index,
                    row.name() + " has number " + number + " on record, and only " + row.number() + " in "
                            + entry.table.title() + ", which was read later");
        }
        boolean last = number == row.number();
        entry.met |= last;
        return last;
    }

    private void compare(long index, LeafView leaf, TakenTables.Entry entry) {
        TableRow row = entry.row;
        String state = leaf.head().about().stateAfter();
        if (!state.equals(row.state())) {
            bad(
                    Reason.STATE_DISAGREES,
                    index,
                    row.name() + " is '" + row.state() + "' in " + entry.table.title() + ", and '" + state
                            + "' by its record " + row.number());
            return;
        }
        Digest digest = leaf.record().event().digests().get(entry.table.role());
        if (digest != null && !digest.equals(row.digest())) {
            bad(
                    Reason.DIGEST_DISAGREES,
                    index,
                    row.name() + " has " + row.digest() + " in " + entry.table.title() + ", and " + digest
                            + " by its record " + row.number());
        }
    }

    private void bad(Reason reason, long index, String sentence) {
        if (first == null) {
            first = new BadExportException(reason, index, sentence);
        }
    }

    /// Said after everything else was found good.
    void check() throws BadExportException {
        if (trouble != null) {
            throw trouble;
        }
        if (first != null) {
            throw first;
        }
        if (taken == null) {
            return;
        }
        for (ExportTable table : taken.tables()) {
            for (TakenTables.Entry entry : taken.rows(table)) {
                if (!entry.met && !(entry.saidAhead && entry.row.number() > 0)) {
                    throw new BadExportException(
                            Reason.ROW_WITHOUT_RECORD,
                            BadExportException.NO_INDEX,
                            entry.row.name() + " stands in " + table.title() + " with number " + entry.row.number()
                                    + ", and no record of this export is that");
                }
                ahead += entry.met ? 0 : 1;
            }
        }
    }

    Rows rows() {
        List<ExportTable> tables = taken == null ? List.of() : taken.tables();
        return new Rows(tables.stream().map(ExportTable::title).toList(), compared, ahead);
    }

    List<String> findings() {
        if (taken == null) {
            return List.of("no tables were compared: this export has none");
        }
        List<String> findings = new ArrayList<>();
        findings.add(compared + " rows stand as their last records say, in " + String.join(", ", rows().tables()));
        if (pruned > 0) {
            findings.add(pruned + " rows have a last record that was pruned: how it left them can be told no more");
        }
        if (ahead > 0) {
            findings.add(ahead + " rows were ahead of the log when it was exported and are not compared: export again;"
                    + " a row that stays ahead has no record");
        }
        return findings;
    }
}
