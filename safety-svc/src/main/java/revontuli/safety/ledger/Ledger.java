package revontuli.safety.ledger;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import revontuli.platform.failpoint.SeededBug;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.record.AuditRecord;
import revontuli.transparency.record.LastSignature;
import revontuli.transparency.record.SealedRecord;

/// Lets records in: each once, signed by its source, in the order of its numbers and without a gap. What is let in
/// waits in the stage, in this order, until the [Sequencer] gives it its place in the log.
///
/// Called inside a unit of work. What it refuses leaves nothing behind, so that the same record may come again and be
/// right: after a gap, the missing one and its followers are taken when they are sent anew. Whatever it lets in, an
/// offline verifier accepts too.
public final class Ledger {
    private final Stage stage;
    private final Sources sources;
    private final SourceKeys keys;

    public Ledger(Stage stage, Sources sources, SourceKeys keys) {
        this.stage = stage;
        this.sources = sources;
        this.keys = keys;
    }

    /// What became of arrivals, by their place in the list: let in now, or refused and why. What is in neither was
    /// let in before, byte for byte.
    public record Outcome(List<Integer> entered, Map<Integer, Fault> refused) {}

    /// Takes arrivals in their order, all in the caller's one unit of work.
    public Outcome enter(List<Arrival> arrivals) {
        Round round = new Round();
        List<Integer> entered = new ArrayList<>();
        Map<Integer, Fault> refused = new TreeMap<>();
        Map<Integer, SealedRecord> leaves = new TreeMap<>();
        for (int i = 0; i < arrivals.size(); i++) {
            try {
                leaves.put(i, parse(arrivals.get(i)));
            } catch (FaultException e) {
                refused.put(i, e.fault());
            }
        }
        Set<String> names = new TreeSet<>();
        leaves.values().forEach(leaf -> names.add(leaf.record().source()));
        round.known.putAll(sources.lock(names));
        leaves.forEach((i, leaf) -> {
            try {
                if (enter(leaf, arrivals.get(i).firstSight(), round)) {
                    entered.add(i);
                }
            } catch (FaultException e) {
                refused.put(i, e.fault());
            }
        });
        stage.add(round.leaves);
        sources.putAll(round.changed.values());
        return new Outcome(List.copyOf(entered), Map.copyOf(refused));
    }

    /// What one call has seen so far; written when all of it is judged.
    private static final class Round {
        private final Map<String, KnownSource> known = new HashMap<>();
        private final Map<String, KnownSource> changed = new TreeMap<>();
        private final List<SealedRecord> leaves = new ArrayList<>();
        private final Set<String> ids = new HashSet<>();
        private final Map<String, LastSignature> signatures = new HashMap<>();

        private boolean isSigned(SealedRecord leaf, KnownSource source) {
            return signatures
                    .computeIfAbsent(source.name(), _ -> new LastSignature(source.key()))
                    .verifies(leaf.signedBytes(), leaf.signature());
        }
    }

    /// True when the record is let in, false when it is in already.
    private boolean enter(SealedRecord leaf, boolean firstSight, Round round) {
        KnownSource source = source(leaf, round);
        if (!round.isSigned(leaf, source) && !SeededBug.LEDGER_TAKES_ANY_SIGNATURE.isOn()) {
            throw refused("BAD_SIGNATURE", leaf, "is not signed by the key of its source");
        }
        AuditRecord record = leaf.record();
        long number = record.number();
        if (number <= source.lastNumber()) {
            return repeated(leaf, round);
        }
        String id = record.event().id().toString();
        if (!firstSight || round.ids.contains(id)) {
            throw refused("RECORD_ID_REUSED", leaf, "has the id of an earlier record and is another one");
        }
        if (source.closed().isPresent()) {
            throw refused("RECORD_AFTER_CLOSED", leaf, "comes after its source has closed");
        }
        if (number > source.lastNumber() + 1 && !SeededBug.LEDGER_TAKES_GAPS.isOn()) {
            throw refused("SOURCE_GAP", leaf, "comes where number " + (source.lastNumber() + 1) + " must be");
        }
        boolean closes = record.event().act().action().equals(AuditRecord.SOURCE_CLOSED);
        KnownSource after =
                source.at(number, closes ? Optional.of(record.event().times().recorded()) : Optional.empty());
        round.known.put(after.name(), after);
        round.changed.put(after.name(), after);
        round.ids.add(id);
        round.leaves.add(leaf);
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

    private KnownSource source(SealedRecord leaf, Round round) {
        AuditRecord record = leaf.record();
        Optional<KnownSource> known = Optional.ofNullable(round.known.get(record.source()));
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
        String service = leaf.record().event().writer().service();
        if (!keys.trusts(service, key)) {
            throw refused("SOURCE_KEY_NOT_TRUSTED", leaf, "names a key that does not belong to " + service);
        }
        return key;
    }

    /// A number that was let in: the same bytes come twice now and then, other bytes never.
    private boolean repeated(SealedRecord leaf, Round round) {
        if (round.leaves.contains(leaf)) {
            return false;
        }
        AuditRecord record = leaf.record();
        byte[] stored = stage.leaf(record.source(), record.number()).orElse(new byte[0]);
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
