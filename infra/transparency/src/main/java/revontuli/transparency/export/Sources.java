package revontuli.transparency.export;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.export.Verification.Reason;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.record.AuditRecord;
import revontuli.transparency.record.LastSignature;
import revontuli.transparency.record.LeafHead;
import revontuli.transparency.record.LeafView;
import revontuli.transparency.record.PrunedLeaf;

/// Follows every source through the log: opened once with its key, every record signed by that key, numbers 1, 2, 3
/// without a gap, nothing after its end. Records of one source are in order in the log; sources interleave.
final class Sources {
    private static final class Source {
        final VerifyingKey key;
        final LastSignature signatures;
        final long openedAt;
        final String predecessor;
        final long predecessorLast;
        long lastNumber;
        boolean closed;

        Source(VerifyingKey key, SignatureCheck check, long openedAt, String predecessor, long predecessorLast) {
            this.key = key;
            this.signatures = new LastSignature((message, signature) -> check.verifies(key, message, signature));
            this.openedAt = openedAt;
            this.predecessor = predecessor;
            this.predecessorLast = predecessorLast;
        }
    }

    private final Map<String, Source> sources = new LinkedHashMap<>();
    private final SignatureCheck signatures;
    private final long verified;

    /// How a signature is checked: [VerifyingKey#verifies], unless a caller remembers what it has seen.
    interface SignatureCheck {
        boolean verifies(VerifyingKey key, byte[] message, byte[] signature);
    }

    /// @param verified leaves from the first on whose signatures an earlier verification has checked
    Sources(SignatureCheck signatures, long verified) {
        this.signatures = signatures;
        this.verified = verified;
    }

    void follow(long index, LeafView leaf) throws BadExportException {
        LeafHead head = leaf.head();
        boolean opens = head.action().equals(AuditRecord.SOURCE_OPENED);
        Source known = sources.get(head.source());
        if (known == null && !opens) {
            throw new BadExportException(
                    Reason.UNKNOWN_SOURCE, index, head.source() + " has not been opened before this record");
        }
        Source source = known == null ? opened(index, leaf.record()) : known;
        if (index >= verified && !source.signatures.verifies(leaf.signedBytes(), leaf.signature())) {
            throw new BadExportException(
                    Reason.BAD_SIGNATURE, index, "the record is not signed by the key of " + head.source());
        }
        if (opens && (known != null || head.number() != 1)) {
            throw new BadExportException(
                    Reason.SOURCE_OPENED_WRONGLY, index, "source.opened must be number 1 of its source, and only that");
        }
        checkPlace(index, head.source(), head.number(), source);
        source.lastNumber = head.number();
        source.closed = head.action().equals(AuditRecord.SOURCE_CLOSED);
        if (known == null) {
            sources.put(head.source(), source);
        }
    }

    /// A pruned record keeps its place; that its source signed it could be seen before only.
    void follow(long index, PrunedLeaf leaf) throws BadExportException {
        Source source = sources.get(leaf.source());
        if (source == null) {
            throw new BadExportException(
                    Reason.UNKNOWN_SOURCE, index, leaf.source() + " has not been opened before this pruned record");
        }
        checkPlace(index, leaf.source(), leaf.number(), source);
        source.lastNumber = leaf.number();
    }

    private static void checkPlace(long index, String name, long number, Source source) throws BadExportException {
        long expected = source.lastNumber + 1;
        String seen = name + " has number " + number + " here, where " + expected + " must be";
        if (number > expected) {
            throw new BadExportException(Reason.SOURCE_NUMBER_GAP, index, seen + ": records were omitted");
        }
        if (number < expected) {
            throw new BadExportException(Reason.SOURCE_NUMBER_REPEATED, index, seen);
        }
        if (source.closed) {
            throw new BadExportException(Reason.RECORD_AFTER_CLOSED, index, name + " was closed before this record");
        }
    }

    private Source opened(long index, AuditRecord record) throws BadExportException {
        Json.Fields facts = record.event().facts();
        try {
            if (!record.event().subject().name().equals(record.source())) {
                throw new MalformedException("the subject of source.opened must be the source itself");
            }
            String predecessor = facts.textOr("predecessor", "");
            String last = facts.textOr("predecessor_last_number", "");
            long lastNumber = last.isEmpty() ? 0 : Json.parseNumber("predecessor_last_number", last);
            if (predecessor.isEmpty() ? lastNumber != 0 : lastNumber < 1) {
                throw new MalformedException("predecessor and predecessor_last_number must be named together");
            }
            return new Source(VerifyingKey.parse(facts.text("public_key")), signatures, index, predecessor, lastNumber);
        } catch (MalformedException e) {
            throw new BadExportException(Reason.SOURCE_OPENED_WRONGLY, index, String.valueOf(e.getMessage()));
        }
    }

    /// Checked at the end only: a predecessor's last records may arrive after its successor opened.
    void checkPredecessors() throws BadExportException {
        for (Map.Entry<String, Source> each : sources.entrySet()) {
            Source successor = each.getValue();
            if (successor.predecessor.isEmpty()) {
                continue;
            }
            Source predecessor = sources.get(successor.predecessor);
            long last = predecessor == null ? 0 : predecessor.lastNumber;
            if (predecessor == null || last != successor.predecessorLast) {
                throw new BadExportException(
                        Reason.PREDECESSOR_INCOMPLETE,
                        successor.openedAt,
                        each.getKey() + " says that " + successor.predecessor + " ended with number "
                                + successor.predecessorLast + "; this export has " + last);
            }
        }
    }

    List<Verification.OpenSource> open() {
        Map<String, String> successors = new HashMap<>();
        sources.forEach((name, source) -> successors.put(source.predecessor, name));
        List<Verification.OpenSource> open = new ArrayList<>();
        sources.forEach((name, source) -> {
            if (!source.closed) {
                open.add(new Verification.OpenSource(name, source.lastNumber, successors.get(name)));
            }
        });
        return open;
    }

    List<ExportFiles.SourceKey> keys() {
        return sources.entrySet().stream()
                .map(each -> new ExportFiles.SourceKey(each.getKey(), each.getValue().key))
                .toList();
    }
}
