package revontuli.inference.model;

import java.time.InstantSource;
import java.util.Map;
import revontuli.platform.audit.Audit;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.tx.UnitOfWork;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.Json;

/// What is written down when a version comes into memory or leaves it.
final class LoadRecords {
    private static final int MESSAGE_CHARS_MAX = 600;

    private final UnitOfWork unit;
    private final Audit audit;
    private final InstantSource clock;
    private final Caller self;

    LoadRecords(UnitOfWork unit, Audit audit, InstantSource clock, Caller self) {
        this.unit = unit;
        this.audit = audit;
        this.clock = clock;
        this.self = self;
    }

    void loaded(ServedModel model) {
        AuditEntry entry = about(self, "model.loaded", model.identity())
                .fact("engine", model.facts().label())
                .fact("parameters", Json.number(model.facts().parameterCount()));
        write(withPacked(entry, model));
    }

    void loadFailed(ServedIdentity identity, String reason, String message) {
        write(about(self, "model.load-failed", identity).fact("reason", reason).fact("message", cut(message)));
    }

    void unloaded(ServedIdentity identity, String reason) {
        write(about(self, "model.unloaded", identity).fact("reason", reason));
    }

    void candidateLoaded(ServedModel model, Caller evaluator) {
        AuditEntry entry = about(evaluator, "candidate.loaded", model.identity())
                .fact("purpose", model.identity().purpose())
                .fact("engine", model.facts().label());
        write(withPacked(entry, model));
    }

    private static AuditEntry withPacked(AuditEntry entry, ServedModel model) {
        return model.packed().map(digest -> entry.digest("packed", digest)).orElse(entry);
    }

    void candidateLoadFailed(ServedIdentity identity, Caller evaluator, String reason, String message) {
        write(about(evaluator, "candidate.load-failed", identity)
                .fact("purpose", identity.purpose())
                .fact("reason", reason)
                .fact("message", cut(message)));
    }

    private AuditEntry about(Caller actor, String action, ServedIdentity identity) {
        AuditEntry entry = AuditEntry.of(actor, action, identity.name().toString(), clock.instant());
        for (Map.Entry<String, Digest> digest : identity.digests().entrySet()) {
            entry = entry.digest(digest.getKey(), digest.getValue());
        }
        return entry.fact("origin", identity.origin().text());
    }

    private void write(AuditEntry entry) {
        unit.run(() -> audit.append(entry));
    }

    private static String cut(String text) {
        return text.length() <= MESSAGE_CHARS_MAX ? text : text.substring(0, MESSAGE_CHARS_MAX);
    }
}
