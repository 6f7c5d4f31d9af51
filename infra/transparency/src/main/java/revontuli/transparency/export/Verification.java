package revontuli.transparency.export;

import java.util.List;
import org.jspecify.annotations.Nullable;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;

/// What verifying an export found. `entries` counts the leaves that were read; `firstBad` is the index of the first
/// leaf that is not what it must be, or -1 where no single leaf can be named. `findings` are true remarks that are no
/// failures, `openSources` the sources that have not said that they ended; both are empty unless all is well. `pruned`
/// counts the leaves whose bytes were pruned, of which only the places could be verified; -1 unless all is well.
public record Verification(
        Reason reason,
        String message,
        long entries,
        long firstBad,
        Compared compared,
        List<String> findings,
        List<OpenSource> openSources,
        long pruned) {

    /// What the export was compared with besides its own checkpoint, and what that shows.
    ///
    /// @param kept checkpoints in the export that agree with the leaves
    /// @param with size of the largest checkpoint that the caller had, -1 if none was given
    /// @param badFrom where checkpoints tell between which leaves the log was written anew: the first of these
    /// @param badBefore the first leaf that is certainly behind it; both -1 where nothing can be said
    public record Compared(long kept, long with, long badFrom, long badBefore, Rows rows) {
        static final Compared NOTHING = new Compared(0, -1, -1, -1, Rows.NONE);

        Compared with(Rows more) {
            return new Compared(kept, with, badFrom, badBefore, more);
        }

        /// What nobody can see in an export alone.
        List<String> cannotTell() {
            return with < 0 ? List.of("TAIL_CUT", "FORKED_HEAD", "REPLAYED_CHECKPOINT") : List.of();
        }
    }

    /// Rows of the export's tables that were compared with their last records.
    ///
    /// @param tables by name; none where the export has none, or where something is wrong
    /// @param ahead rows whose last record had not reached the log when it was exported: not compared
    public record Rows(List<String> tables, long compared, long ahead) {
        static final Rows NONE = new Rows(List.of(), 0, 0);

        public Rows {
            tables = List.copyOf(tables);
        }
    }

    /// A source without `source.closed`: more of it may exist than this export shows, unless a successor says where
    /// it ended.
    public record OpenSource(
            String source, long lastNumber, @Nullable String successor) {
        @Override
        public String toString() {
            return source + " open after " + lastNumber + (successor == null ? "" : "; confirmed by " + successor);
        }
    }

    public enum Reason {
        OK,
        /// A file of the export is not there.
        MISSING_FILE,
        CHECKPOINT_MALFORMED,
        /// The checkpoint is not signed by the given key.
        CHECKPOINT_NOT_SIGNED,
        LEAF_MALFORMED,
        /// A record of a source that has not been opened.
        UNKNOWN_SOURCE,
        /// A `source.opened` that is not a source's first record, or names no usable key or predecessor.
        SOURCE_OPENED_WRONGLY,
        /// A record that its source did not sign.
        BAD_SIGNATURE,
        /// Numbers of a source are missing before this record: *omitted*.
        SOURCE_NUMBER_GAP,
        SOURCE_NUMBER_REPEATED,
        RECORD_AFTER_CLOSED,
        /// Two records have one id.
        RECORD_ID_REPEATED,
        /// Numbers of a subject are missing before this record.
        SUBJECT_NUMBER_GAP,
        SUBJECT_NUMBER_REPEATED,
        /// A job's record does not start from the state in which the last one left it.
        STATE_MISMATCH,
        ILLEGAL_TRANSITION,
        /// Leaves are missing as pruned, and no record announces it or announces others.
        PRUNING_DISAGREES,
        /// A source names a predecessor that the export does not hold up to its last number.
        PREDECESSOR_INCOMPLETE,
        /// Fewer leaves than the checkpoint covers.
        TRUNCATED,
        /// More leaves than the checkpoint covers.
        BEYOND_CHECKPOINT,
        /// Every leaf is good on its own, but they are not, in this order, what the checkpoint covers.
        ROOT_MISMATCH,
        /// A checkpoint that the export says was kept is none of this log, or out of order.
        KEPT_CHECKPOINT_BAD,
        /// The log signed other leaves before: it was written anew since, or shows different readers different logs.
        FORKED,
        /// The log has signed more leaves than this export shows: its tail was cut, or an older checkpoint is
        /// replayed.
        BEHIND_CHECKPOINT,
        /// The list of keys says something else than the leaves.
        KEYS_DISAGREE,
        /// A file of a table is missing or cannot be read, a row is there twice or is none.
        TABLE_MALFORMED,
        /// A row has another state than its last record left it in, or does not know this record.
        STATE_DISAGREES,
        /// A row has another digest than its last record names.
        DIGEST_DISAGREES,
        /// A record about a row that its table does not have.
        RECORD_WITHOUT_ROW,
        /// A row whose last record is nowhere.
        ROW_WITHOUT_RECORD
    }

    public Verification {
        findings = List.copyOf(findings);
        openSources = List.copyOf(openSources);
    }

    public boolean ok() {
        return reason == Reason.OK;
    }

    /// One line of JSON for programs: `ok`, `first_bad`, `reason`, `message`, `entries`, `bad_from`, `bad_before`,
    /// `checkpoints` (that were kept and agree), `compared_with`, `tables`, `rows_compared`, `rows_ahead`,
    /// `cannot_tell`, `open_sources`, `findings`, `pruned`.
    public String json() {
        List<String> open = openSources.stream().map(OpenSource::toString).toList();
        return "{\"ok\":" + ok() + ",\"first_bad\":" + firstBad + ",\"reason\":\"" + reason + "\",\"message\":"
                + CanonicalJson.text(Json.text(message)) + ",\"entries\":" + entries + ",\"bad_from\":"
                + compared.badFrom() + ",\"bad_before\":" + compared.badBefore() + ",\"checkpoints\":" + compared.kept()
                + ",\"compared_with\":" + compared.with() + ",\"tables\":"
                + CanonicalJson.text(Json.Items.ofTexts(compared.rows().tables())) + ",\"rows_compared\":"
                + compared.rows().compared() + ",\"rows_ahead\":"
                + compared.rows().ahead() + ",\"cannot_tell\":"
                + CanonicalJson.text(Json.Items.ofTexts(ok() ? compared.cannotTell() : List.of()))
                + ",\"open_sources\":"
                + CanonicalJson.text(Json.Items.ofTexts(open)) + ",\"findings\":"
                + CanonicalJson.text(Json.Items.ofTexts(findings)) + ",\"pruned\":" + pruned + "}";
    }
}
