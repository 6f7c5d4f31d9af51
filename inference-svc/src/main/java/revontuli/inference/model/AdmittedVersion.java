package revontuli.inference.model;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import revontuli.transparency.crypto.Digest;

/// A version whose statement this service verified itself.
public record AdmittedVersion(VersionName name, Digests digests, Origin origin, List<String> signers, Instant time) {

    /// What the statement is about, and the statement itself.
    public record Digests(
            Digest model, Digest tokenizer, Digest statement, Optional<Digest> template, Optional<Digest> policy) {}

    public AdmittedVersion {
        signers = List.copyOf(signers);
    }
}
