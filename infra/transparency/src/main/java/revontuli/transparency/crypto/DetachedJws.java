package revontuli.transparency.crypto;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;

/// A signature that travels beside its content: JWS compact form with the payload left out (RFC 7515, appendix F),
/// EdDSA only. Other algorithms and further header members are refused, so that there is nothing to negotiate.
public final class DetachedJws {
    /// Longest accepted text, in characters.
    public static final int CHARS_MAX = 1024;

    private static final Pattern KID = Pattern.compile("[A-Za-z0-9._:/-]{1,128}");

    private DetachedJws() {}

    /// What a verification found. Exactly one of the two.
    public sealed interface Outcome {
        record Verified(String kid) implements Outcome {}

        record Refused(Reason reason, String message) implements Outcome {}
    }

    public enum Reason {
        MALFORMED,
        UNKNOWN_KEY,
        BAD_SIGNATURE
    }

    private record Parts(String header, String kid, String signature) {}

    public static String sign(SigningKey key, byte[] payload) {
        Json.Fields header = Json.fields().with("alg", "EdDSA").with("kid", key.kid());
        String encodedHeader = StrictBase64.encodeUrl(CanonicalJson.encode(header));
        byte[] signature = key.sign(signingInput(encodedHeader, payload));
        return encodedHeader + ".." + StrictBase64.encodeUrl(signature);
    }

    /// Verifies over the exact payload bytes; `keys` finds a public key by its kid.
    public static Outcome verify(String jws, byte[] payload, Function<String, Optional<VerifyingKey>> keys) {
        Parts parts;
        try {
            parts = parse(jws);
        } catch (MalformedException e) {
            return new Outcome.Refused(Reason.MALFORMED, String.valueOf(e.getMessage()));
        }
        Optional<VerifyingKey> key = keys.apply(parts.kid());
        if (key.isEmpty()) {
            return new Outcome.Refused(Reason.UNKNOWN_KEY, "no key is known under kid '" + parts.kid() + "'");
        }
        if (!key.get().verifies(signingInput(parts.header(), payload), signatureBytes(parts.signature()))) {
            return new Outcome.Refused(
                    Reason.BAD_SIGNATURE, "the signature is not by key '" + parts.kid() + "' over these exact bytes");
        }
        return new Outcome.Verified(parts.kid());
    }

    private static Parts parse(String jws) {
        int dots = jws.indexOf("..");
        if (jws.length() > CHARS_MAX || dots < 0) {
            throw new MalformedException("a detached JWS must be <header>..<signature>, at most 1024 characters");
        }
        String encodedHeader = jws.substring(0, dots);
        Json.Fields header = CanonicalJson.parseFieldsAnyForm(StrictBase64.decodeUrl("the JWS header", encodedHeader));
        if (!header.members().keySet().equals(Set.of("alg", "kid"))) {
            throw new MalformedException("the JWS header must hold exactly 'alg' and 'kid'");
        }
        if (!header.text("alg").equals("EdDSA")) {
            throw new MalformedException("the JWS header's 'alg' must be EdDSA");
        }
        String kid = header.text("kid");
        if (!KID.matcher(kid).matches()) {
            throw new MalformedException("the JWS header's 'kid' must be 1 to 128 of A-Z a-z 0-9 . _ : / -");
        }
        String signature = jws.substring(dots + 2);
        if (signatureBytes(signature).length != VerifyingKey.SIGNATURE_BYTES) {
            throw new MalformedException("the JWS signature must be 64 bytes");
        }
        return new Parts(encodedHeader, kid, signature);
    }

    private static byte[] signatureBytes(String encoded) {
        return StrictBase64.decodeUrl("the JWS signature", encoded);
    }

    private static byte[] signingInput(String encodedHeader, byte[] payload) {
        return (encodedHeader + "." + StrictBase64.encodeUrl(payload)).getBytes(StandardCharsets.US_ASCII);
    }
}
