package revontuli.safety.ledger;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.record.AuditRecord;
import revontuli.transparency.record.SealedRecord;

/// Lets records into the log: each once, signed by its source, in the order of its numbers and without a gap.
///
/// Called inside a unit of work. What it refuses leaves nothing behind, so that the same record may come again and be
/// right: after a gap, the missing one and its followers are taken when they are sent anew. Whatever it lets in, an
/// offline verifier accepts too.
public final class Ledger {
    private final Log log;
    private final Sources sources;
    private final SourceKeys keys;

    public Ledger(Log log, Sources sources, SourceKeys keys) {
        this.log = log;
        this.sources = sources;
        this.keys = keys;
    }

    /// True when the record was appended, false when the log has it already, byte for byte.
    public boolean enter(Arrival arrival) {
        SealedRecord leaf = parse(arrival);
        Head head = log.lockHead();
        KnownSource source = source(leaf);
        if (!leaf.isSignedBy(source.key())) {
            throw refused("BAD_SIGNATURE", leaf, "is not signed by the key of its source");
        }
        long number = leaf.record().number();
        if (number <= source.lastNumber()) {
            return repeated(leaf);
        }
        if (!arrival.firstSight()) {
            throw refused("RECORD_ID_REUSED", leaf, "has the id of an earlier record and is another one");
        }
        if (source.closed().isPresent()) {
            throw refused("RECORD_AFTER_CLOSED", leaf, "comes after its source has closed");
        }
        if (number > source.lastNumber() + 1) {
            throw refused("SOURCE_GAP", leaf, "comes where number " + (source.lastNumber() + 1) + " must be");
        }
        log.append(leaf, head, head.grownBy(leaf.leafHash()));
        AuditRecord record = leaf.record();
        boolean closes = record.event().act().action().equals(AuditRecord.SOURCE_CLOSED);
        sources.put(
                source.at(number, closes ? Optional.of(record.event().times().recorded()) : Optional.empty()));
        return true;
    }

    private static SealedRecord parse(Arrival arrival) {
        SealedRecord leaf;
        try {
            leaf = SealedRecord.parse(arrival.leaf());
        } catch (MalformedException e) {
            throw Fault.invalid("MALFORMED_LEAF", "value", String.valueOf(e.getMessage()));
        }
        if (!leaf.record().event().id().toString().equals(arrival.eventId())) {
            throw refused("MALFORMED_EVENT", leaf, "does not have the event's ce_id");
        }
        if (!leaf.record().source().equals(arrival.key())) {
            throw refused("MALFORMED_EVENT", leaf, "does not stand under its source as the key, which keeps its order");
        }
        return leaf;
    }

    private KnownSource source(SealedRecord leaf) {
        AuditRecord record = leaf.record();
        Optional<KnownSource> known = sources.find(record.source());
        boolean opens = record.event().act().action().equals(AuditRecord.SOURCE_OPENED);
        if (known.isPresent()) {
            if (opens && record.number() != 1) {
                throw refused("SOURCE_OPENED_WRONGLY", leaf, "opens a source that is open");
            }
            return known.get();
        }
        if (!opens) {
            throw refused("UNKNOWN_SOURCE", leaf, "comes from a source that has not opened");
        }
        if (record.number() != 1 || !record.event().subject().name().equals(record.source())) {
            throw refused("SOURCE_OPENED_WRONGLY", leaf, "must be number 1 of its source and have it as its subject");
        }
        return new KnownSource(
                record.source(),
                record.event().writer().service(),
                trustedKey(leaf),
                0,
                record.event().times().recorded(),
                Optional.empty());
    }

    private VerifyingKey trustedKey(SealedRecord leaf) {
        Json.Fields facts = leaf.record().event().facts();
        VerifyingKey key;
        try {
            key = VerifyingKey.parse(facts.text("public_key"));
            String predecessor = facts.textOr("predecessor", "");
            String last = facts.textOr("predecessor_last_number", "");
            if (predecessor.isEmpty() != last.isEmpty()
                    || (!last.isEmpty() && Json.parseNumber("predecessor_last_number", last) < 1)) {
                throw new MalformedException("predecessor and predecessor_last_number must be named together");
            }
        } catch (MalformedException e) {
            throw refused("SOURCE_OPENED_WRONGLY", leaf, "cannot open its source: " + e.getMessage());
        }
        if (!keys.trusts(key)) {
            throw refused("SOURCE_KEY_NOT_TRUSTED", leaf, "names a key that belongs to none of the services");
        }
        return key;
    }

    /// A number that the log has: the same bytes come twice now and then, other bytes never.
    private boolean repeated(SealedRecord leaf) {
        AuditRecord record = leaf.record();
        byte[] stored = log.leaf(record.source(), record.number()).orElse(new byte[0]);
        if (!Arrays.equals(stored, leaf.leaf())) {
            throw refused("SOURCE_NUMBER_REUSED", leaf, "has the number of an earlier record and other bytes");
        }
        return false;
    }

    private static FaultException refused(String reason, SealedRecord leaf, String why) {
        AuditRecord record = leaf.record();
        return new Fault.Invalid(
                        reason,
                        "record " + record.number() + " of " + record.source() + " " + why,
                        Map.of("source", record.source(), "number", Long.toString(record.number())))
                .toException();
    }
}
