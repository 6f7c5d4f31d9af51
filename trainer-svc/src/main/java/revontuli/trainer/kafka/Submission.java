package revontuli.trainer.kafka;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.platform.json.StrictJson;
import revontuli.platform.paging.ResourceNames;
import revontuli.trainer.job.Plan;
import revontuli.trainer.job.PlanText;

/// A job as a structured JSON CloudEvent, because people type them. Everything that is not known is refused.
///
/// @param job `jobs/{job}`, from the event's subject
record Submission(String job, Plan plan) {
    private static final String TYPE = "revontuli.trainer.job.submitted.v1";
    private static final Set<String> REQUIRED = Set.of("specversion", "id", "source", "type", "subject", "data");
    private static final Set<String> OPTIONAL = Set.of("time", "datacontenttype");
    private static final int TEXT_CHARS_MAX = 256;

    static Submission parse(byte[] value) {
        Map<String, Object> event;
        try {
            event = StrictJson.object(value);
        } catch (StrictJson.Malformed e) {
            throw new Fault.Invalid("MALFORMED_JSON", "the submission is " + e.getMessage(), Map.of("field", "value"))
                    .toException();
        }
        checkNames(event);
        demand("specversion", text(event, "specversion").equals("1.0"), "must be 1.0");
        demand("id", !text(event, "id").isEmpty(), "must not be empty");
        demand("source", !text(event, "source").isEmpty(), "must not be empty");
        demand("type", text(event, "type").equals(TYPE), "must be " + TYPE);
        if (event.containsKey("datacontenttype")) {
            boolean json = text(event, "datacontenttype").equals("application/json");
            demand("datacontenttype", json, "must be application/json");
        }
        if (event.containsKey("time")) {
            demand("time", isTime(text(event, "time")), "must be a time such as 2026-01-31T12:00:00Z");
        }
        String subject = text(event, "subject");
        ResourceNames.parse("subject", "jobs", subject);
        if (!(event.get("data") instanceof Map<?, ?> plan)) {
            throw Fault.invalid("MALFORMED_FIELD", "data", "must be an object: the plan");
        }
        return new Submission(subject, PlanText.read(plan));
    }

    private static void checkNames(Map<String, Object> event) {
        Set<String> missing = new TreeSet<>(REQUIRED);
        missing.removeAll(event.keySet());
        if (!missing.isEmpty()) {
            String first = missing.iterator().next();
            throw Fault.invalid("FIELD_MISSING", first, "must be there");
        }
        Set<String> unknown = new TreeSet<>(event.keySet());
        unknown.removeAll(REQUIRED);
        unknown.removeAll(OPTIONAL);
        if (!unknown.isEmpty()) {
            throw Fault.invalid("UNKNOWN_FIELD", unknown.iterator().next(), "no such field");
        }
    }

    private static String text(Map<String, Object> event, String name) {
        if (event.get(name) instanceof String text && text.length() <= TEXT_CHARS_MAX) {
            return text;
        }
        throw Fault.invalid("MALFORMED_FIELD", name, "must be a text of at most " + TEXT_CHARS_MAX + " characters");
    }

    private static void demand(String field, boolean holds, String message) {
        if (!holds) {
            throw wrong(field, message);
        }
    }

    private static FaultException wrong(String field, String message) {
        return Fault.invalid("MALFORMED_FIELD", field, message);
    }

    private static boolean isTime(String text) {
        try {
            OffsetDateTime.parse(text);
            return true;
        } catch (DateTimeException _) {
            return false;
        }
    }
}
