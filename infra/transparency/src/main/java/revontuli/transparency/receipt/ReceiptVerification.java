package revontuli.transparency.receipt;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;

/// What verifying a receipt found.
///
/// @param firstBad the first thing that is not what it must be, such as `record 42` or `seal`; empty when all is well
/// @param facts what the receipt proves, by name: generation, model, outcome, policy, signers, job, ...
/// @param findings true remarks that are no failures, such as what a receipt does not disclose
public record ReceiptVerification(
        Reason reason, String firstBad, String message, SortedMap<String, String> facts, List<String> findings) {

    public enum Reason {
        OK,
        /// Not a receipt, or not in its one spelling.
        MALFORMED,
        /// The checkpoint is not signed by the given key under the log's name.
        CHECKPOINT_NOT_SIGNED,
        /// A record is not in the log under this checkpoint, at this index.
        NOT_INCLUDED,
        LEAF_MALFORMED,
        /// The receipt does not hold the record that opened a record's source.
        UNKNOWN_SOURCE,
        /// A record that its source did not sign.
        BAD_SIGNATURE,
        /// An artifact has other bytes than its digest says.
        ARTIFACT_CHANGED,
        /// The log's seal is not over these lines.
        NOT_SEALED,
        /// A record that a whole story needs is not there.
        RECORD_MISSING,
        /// Two records, or a record and a statement, say different things of the same.
        FACTS_DISAGREE,
        /// The statement's signatures do not let the model be served.
        STATEMENT_REFUSED,
        /// A text opens none of the commitments.
        TEXT_DOES_NOT_OPEN
    }

    public ReceiptVerification {
        facts = Collections.unmodifiableSortedMap(new TreeMap<>(facts));
        findings = List.copyOf(findings);
    }

    static ReceiptVerification good(Map<String, String> facts, List<String> findings, String message) {
        return new ReceiptVerification(Reason.OK, "", message, new TreeMap<>(facts), findings);
    }

    static ReceiptVerification bad(Bad bad) {
        return new ReceiptVerification(bad.reason, bad.what, bad.sentence(), new TreeMap<>(), List.of());
    }

    public boolean ok() {
        return reason == Reason.OK;
    }

    /// One line of JSON for programs: `ok`, `reason`, `first_bad`, `message`, `facts`, `findings`.
    public String json() {
        return "{\"ok\":" + ok() + ",\"reason\":\"" + reason + "\",\"first_bad\":"
                + CanonicalJson.text(Json.text(firstBad)) + ",\"message\":" + CanonicalJson.text(Json.text(message))
                + ",\"facts\":" + CanonicalJson.text(Json.Fields.ofTexts(facts)) + ",\"findings\":"
                + CanonicalJson.text(Json.Items.ofTexts(findings)) + "}";
    }

    /// The first thing that is bad.
    static final class Bad extends Exception {
        private static final long serialVersionUID = 1L;

        private final Reason reason;
        private final String what;

        Bad(Reason reason, String what, String message) {
            super(message, null, false, false);
            this.reason = reason;
            this.what = what;
        }

        private String sentence() {
            return String.valueOf(getMessage());
        }
    }
}
