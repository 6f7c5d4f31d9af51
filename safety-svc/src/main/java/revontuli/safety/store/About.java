package revontuli.safety.store;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.Json;
import revontuli.transparency.record.AuditEvent;

/// What a record is about besides its subject, taken from it for queries only.
final class About {
    private static final Pattern MODEL =
            Pattern.compile("(models/[a-z0-9-]{1,63}/versions/[0-9]{1,9})(/.*)?", Pattern.DOTALL);
    private static final Pattern JOB = Pattern.compile("(jobs/[a-z0-9-]{1,63})(/.*)?", Pattern.DOTALL);

    private About() {}

    /// Model version that the record names: its fact `model` or `candidate`, else its subject.
    static String model(AuditEvent event) {
        String fact = first(MODEL, fact(event, "model"));
        String candidate = fact.isEmpty() ? first(MODEL, fact(event, "candidate")) : fact;
        return candidate.isEmpty() ? first(MODEL, event.subject().name()) : candidate;
    }

    static String modelDigest(AuditEvent event) {
        Digest digest = event.digests().get("model");
        return digest == null ? "" : digest.toString();
    }

    /// Job that the record names: its subject, else its fact `job`.
    static String job(AuditEvent event) {
        String subject = first(JOB, event.subject().name());
        return subject.isEmpty() ? first(JOB, fact(event, "job")) : subject;
    }

    private static String fact(AuditEvent event, String name) {
        return event.facts().members().get(name) instanceof Json.Text(var text) ? text : "";
    }

    private static String first(Pattern form, String text) {
        Matcher matcher = form.matcher(text);
        return matcher.matches() ? matcher.group(1) : "";
    }
}
