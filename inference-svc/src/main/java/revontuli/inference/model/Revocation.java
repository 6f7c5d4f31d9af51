package revontuli.inference.model;

import java.nio.charset.StandardCharsets;
import revontuli.transparency.crypto.Digest;

/// That a version may not be served any more, as it was said: not yet believed.
///
/// @param reason why, one line
/// @param principal who signed
/// @param kid key that signed
@SuppressWarnings("ArrayRecordComponent")
public record Revocation(
        VersionName name, Digest digest, String reason, String principal, String kid, byte[] signature) {

    Revocation withReason(String other) {
        return new Revocation(name, digest, other, principal, kid, signature);
    }

    /// What is signed.
    public byte[] signedBytes() {
        return ("revoke " + name + " " + digest).getBytes(StandardCharsets.UTF_8);
    }
}
