package revontuli.transparency.record;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Field;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;

/// What happened, as the business transaction writes it: everything of an [AuditRecord] but its place in a source.
///
/// Whatever this type accepts can be sealed later: every field is bounded, and all bounds together fit a leaf.
public record AuditEvent(
        UUID id,
        Writer writer,
        Act act,
        Subject subject,
        Times times,
        SortedMap<String, Digest> digests,
        Json.Fields facts) {
    /// Longest canonical form of the facts, in bytes. Everything else takes less than 16 KiB.
    public static final int FACTS_BYTES_MAX = 48 * 1024;

    public static final String SCHEMA = "revontuli.audit.v1";
    private static final int DIGESTS_MAX = 64;
    private static final Pattern SERVICE = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final Pattern ACTION = Pattern.compile("[a-z][a-z0-9_-]*(\\.[a-z][a-z0-9_-]*)+");
    private static final Pattern STATE = Pattern.compile("[A-Z0-9_]{0,32}");
    private static final Pattern DIGEST_NAME = Pattern.compile("[a-z][a-z0-9_.-]{0,63}");

    /// Which program wrote it.
    public record Writer(String service, Digest build) {
        public Writer {
            Field.matching("service", service, SERVICE);
        }
    }

    /// What was done, for which tenant, by whom, in which request. The system's own acts have the empty tenant.
    public record Act(String action, String tenant, String actor, String request) {
        public Act {
            Field.line("action", Field.matching("action", action, ACTION), 3, 64);
            Field.line("tenant", tenant, 0, 64);
            Field.line("actor", actor, 1, 256);
            Field.line("request", request, 0, 128);
        }
    }

    /// What it was done to. `number` is dense from 1 within the service and subject; the states are empty if the
    /// subject has none, and equal if the act did not change it.
    public record Subject(String name, long number, String stateBefore, String stateAfter) {
        public Subject {
            Field.line("subject", name, 1, 256);
            Field.positive("subject_number", number);
            Field.matching("state_before", stateBefore, STATE);
            Field.matching("state_after", stateAfter, STATE);
        }
    }

    /// When it happened, and when the database wrote it down; both cut to microseconds.
    public record Times(Instant event, Instant recorded) {
        public Times {
            event = Field.time("event_time", event);
            recorded = Field.time("recorded_time", recorded);
        }
    }

    public AuditEvent {
        digests = Collections.unmodifiableSortedMap(new TreeMap<>(digests));
        if (digests.size() > DIGESTS_MAX) {
            throw new MalformedException("field 'digests' may hold " + DIGESTS_MAX + " digests at most");
        }
        digests.keySet().forEach(name -> Field.matching("digests", name, DIGEST_NAME));
        // encoded two levels down, as they will lie in a leaf, so that the leaf's depth is within its limit too
        int bytes = CanonicalJson.encode(new Json.Items(List.of(new Json.Items(List.of(facts))))).length - 4;
        if (bytes > FACTS_BYTES_MAX) {
            throw new MalformedException("field 'facts' has " + bytes + " bytes; " + FACTS_BYTES_MAX
                    + " are allowed: put long content into an artifact and its digest here");
        }
    }

    /// The canonical form, to be stored until the record is sealed.
    public byte[] bytes() {
        return CanonicalJson.encode(fields());
    }

    public static AuditEvent parse(byte[] bytes) {
        return of(CanonicalJson.parseFields(bytes));
    }

    Json.Fields fields() {
        TreeMap<String, Json> digestTexts = new TreeMap<>();
        digests.forEach((name, digest) -> digestTexts.put(name, Json.text(digest.toString())));
        TreeMap<String, Json> all = new TreeMap<>();
        all.put("schema", Json.text(SCHEMA));
        all.put("id", Json.text(id.toString()));
        all.put("service", Json.text(writer.service()));
        all.put("build", Json.text(writer.build().toString()));
        all.put("tenant", Json.text(act.tenant()));
        all.put("actor", Json.text(act.actor()));
        all.put("action", Json.text(act.action()));
        all.put("request", Json.text(act.request()));
        all.put("subject", Json.text(subject.name()));
        all.put("subject_number", Json.number(subject.number()));
        all.put("state_before", Json.text(subject.stateBefore()));
        all.put("state_after", Json.text(subject.stateAfter()));
        all.put("event_time", Json.text(Field.print(times.event())));
        all.put("recorded_time", Json.text(Field.print(times.recorded())));
        all.put("digests", new Json.Fields(digestTexts));
        all.put("facts", facts);
        return new Json.Fields(all);
    }

    /// Reads an event out of an object that holds its fields and no others.
    static AuditEvent of(Json.Fields in) {
        if (!in.text("schema").equals(SCHEMA)) {
            throw new MalformedException("field 'schema' must be " + SCHEMA);
        }
        TreeMap<String, Digest> digests = new TreeMap<>();
        in.fields("digests").members().keySet().forEach(name -> digests.put(name, digest(in.fields("digests"), name)));
        AuditEvent event = new AuditEvent(
                Field.parseUuid("id", in.text("id")),
                new Writer(in.text("service"), digest(in, "build")),
                new Act(in.text("action"), in.text("tenant"), in.text("actor"), in.text("request")),
                new Subject(
                        in.text("subject"),
                        Json.parseNumber("subject_number", in.text("subject_number")),
                        in.text("state_before"),
                        in.text("state_after")),
                new Times(time(in, "event_time"), time(in, "recorded_time")),
                digests,
                in.fields("facts"));
        if (!event.fields().equals(in)) {
            throw new MalformedException("a record must have exactly the fields of " + SCHEMA + " and no others");
        }
        return event;
    }

    private static Instant time(Json.Fields in, String name) {
        return Field.parseTime(name, in.text(name));
    }

    private static Digest digest(Json.Fields in, String name) {
        try {
            return Digest.parse(in.text(name));
        } catch (MalformedException e) {
            throw new MalformedException("field '" + name + "': " + e.getMessage());
        }
    }
}
