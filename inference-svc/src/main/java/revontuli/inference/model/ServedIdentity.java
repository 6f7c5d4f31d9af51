package revontuli.inference.model;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import revontuli.transparency.crypto.Digest;

/// Which version it is that computes, and on what ground it is here.
///
/// @param digests by role, as records have them: model, tokenizer, and of a served version statement and template
/// @param purpose why a candidate was loaded; empty for what is served
public record ServedIdentity(
        VersionName name, Origin origin, Map<String, Digest> digests, String purpose, Instant loadTime) {
    public ServedIdentity {
        digests = Map.copyOf(digests);
    }

    static ServedIdentity of(AdmittedVersion version, Instant loadTime) {
        Map<String, Digest> digests = new TreeMap<>();
        digests.put("model", version.digests().model());
        digests.put("tokenizer", version.digests().tokenizer());
        digests.put("statement", version.digests().statement());
        version.digests().template().ifPresent(template -> digests.put("template", template));
        return new ServedIdentity(version.name(), version.origin(), digests, "", loadTime);
    }

    public Digest digest(String role) {
        Digest digest = digests.get(role);
        if (digest == null) {
            throw new IllegalStateException(name + " has no digest of its " + role);
        }
        return digest;
    }

    public Lane lane() {
        return origin == Origin.CANDIDATE ? Lane.EVALUATE : Lane.SERVE;
    }
}
