package revontuli.platform.audit;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import revontuli.platform.caller.Caller;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.Json;

/// What a feature says of an act; source, numbers and signature are added on the way.
///
/// @param actor verified identity and tenant
/// @param action such as `generation.admitted`
/// @param subject resource it happened to
/// @param states state before and after, both empty where the subject has none
/// @param digests what it rests on, by role: model, tokenizer, template, policy, statement, dataset
/// @param facts everything else; personal data only as commitments
/// @param request client-made id of the request, or empty
public record AuditEntry(
        Caller actor,
        String action,
        String subject,
        States states,
        Map<String, Digest> digests,
        Json.Fields facts,
        String request,
        Instant time) {

    /// State of the subject before and after.
    public record States(String before, String after) {
        public static final States NONE = new States("", "");
    }

    public AuditEntry {
        digests = Map.copyOf(digests);
    }

    public static AuditEntry of(Caller actor, String action, String subject, Instant time) {
        return new AuditEntry(actor, action, subject, States.NONE, Map.of(), Json.fields(), "", time);
    }

    public AuditEntry digest(String role, Digest digest) {
        TreeMap<String, Digest> more = new TreeMap<>(digests);
        more.put(role, digest);
        return new AuditEntry(actor, action, subject, states, more, facts, request, time);
    }

    public AuditEntry fact(String name, String value) {
        return fact(name, Json.text(value));
    }

    public AuditEntry fact(String name, Json value) {
        return new AuditEntry(actor, action, subject, states, digests, facts.with(name, value), request, time);
    }

    public AuditEntry transition(String before, String after) {
        return new AuditEntry(actor, action, subject, new States(before, after), digests, facts, request, time);
    }

    public AuditEntry request(String id) {
        return new AuditEntry(actor, action, subject, states, digests, facts, id, time);
    }
}
