package revontuli.safety.ledger;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.record.AuditRecord;
import revontuli.transparency.record.SealedRecord;

/// The records of one subject that a lineage reads, the most telling first, with lenient looks into their facts: a
/// record of another version may lack a fact or name it otherwise.
final class SubjectRecords {
    private static final int FACT_CHARS_MAX = 200;

    private final List<LedgerRecord> telling;
    private final List<Json.Fields> facts;

    SubjectRecords(List<LedgerRecord> telling) {
        this.telling = telling;
        this.facts = telling.stream().map(SubjectRecords::facts).toList();
    }

    boolean isEmpty() {
        return telling.isEmpty();
    }

    /// The record that shows the subject best.
    LedgerRecord first() {
        return telling.getFirst();
    }

    Optional<String> digest(String role) {
        return telling.stream()
                .flatMap(record -> Optional.ofNullable(record.digests().get(role)).stream())
                .findFirst();
    }

    /// First text under one of these names.
    Optional<String> text(String... names) {
        for (Json.Fields fields : facts) {
            for (String name : names) {
                if (fields.members().get(name) instanceof Json.Text(var value) && !value.isEmpty()) {
                    return Optional.of(value);
                }
            }
        }
        return Optional.empty();
    }

    /// First list of names under one of these names, each with a digest if it has one: items are texts, or objects
    /// with `name` (or `principal`) and `digest`; an object maps names to digests.
    Map<String, String> named(String... names) {
        for (Json.Fields fields : facts) {
            for (String name : names) {
                Map<String, String> found = named(fields.members().get(name));
                if (!found.isEmpty()) {
                    return found;
                }
            }
        }
        return Map.of();
    }

    /// All short texts, the first of a name.
    Map<String, String> shown(List<String> names) {
        Map<String, String> shown = new TreeMap<>();
        for (String name : names) {
            text(name).filter(value -> value.length() <= FACT_CHARS_MAX).ifPresent(value -> shown.put(name, value));
        }
        return shown;
    }

    private static Map<String, String> named(@Nullable Json value) {
        Map<String, String> found = new LinkedHashMap<>();
        if (value instanceof Json.Items(var items)) {
            items.forEach(item -> addNamed(found, item));
        } else if (value instanceof Json.Fields(var members)) {
            members.forEach((name, item) -> found.put(name, item instanceof Json.Text(var digest) ? digest : ""));
        }
        return found;
    }

    private static void addNamed(Map<String, String> found, Json item) {
        if (item instanceof Json.Text(var name)) {
            found.put(name, "");
        } else if (item instanceof Json.Fields fields) {
            Optional<String> name = text(fields, "name").or(() -> text(fields, "principal"));
            name.ifPresent(present -> found.put(present, text(fields, "digest").orElse("")));
        }
    }

    private static Optional<String> text(Json.Fields fields, String name) {
        return fields.members().get(name) instanceof Json.Text(var value) ? Optional.of(value) : Optional.empty();
    }

    private static Json.Fields facts(LedgerRecord record) {
        try {
            AuditRecord read = SealedRecord.parse(record.leaf()).record();
            return read.event().facts();
        } catch (MalformedException _) {
            return Json.fields(); // a damaged leaf shows nothing; to name the damage is the verifier's work
        }
    }
}
