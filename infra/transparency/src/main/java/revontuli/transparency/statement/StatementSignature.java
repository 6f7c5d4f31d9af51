package revontuli.transparency.statement;

import java.util.Set;
import java.util.regex.Pattern;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.crypto.StrictBase64;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;

/// One signer's base64 Ed25519 signature over the exact bytes of a statement.
public record StatementSignature(String kid, String principal, String signature) {
    private static final Pattern KID = Pattern.compile("[0-9a-f]{16}");
    private static final int PRINCIPAL_CHARS_MAX = 256;

    public StatementSignature {
        if (!KID.matcher(kid).matches()) {
            throw new MalformedException("field 'kid' must be 16 lower-case hexadecimal digits");
        }
        if (principal.isEmpty() || principal.length() > PRINCIPAL_CHARS_MAX) {
            throw new MalformedException("field 'principal' must have 1 to 256 characters");
        }
        if (StrictBase64.decode("field 'signature'", signature).length != VerifyingKey.SIGNATURE_BYTES) {
            throw new MalformedException("field 'signature' must be 64 bytes in base64");
        }
    }

    public static StatementSignature sign(Statement statement, String principal, SigningKey key) {
        return new StatementSignature(key.kid(), principal, StrictBase64.encode(key.sign(statement.bytes())));
    }

    boolean isBy(VerifyingKey key, byte[] statementBytes) {
        return key.verifies(statementBytes, StrictBase64.decode("field 'signature'", signature));
    }

    Json.Fields fields() {
        return Json.fields().with("kid", kid).with("principal", principal).with("signature", signature);
    }

    static StatementSignature of(Json value) {
        if (value instanceof Json.Fields in && in.members().keySet().equals(Set.of("kid", "principal", "signature"))) {
            return new StatementSignature(in.text("kid"), in.text("principal"), in.text("signature"));
        }
        throw new MalformedException("a statement's signature must have exactly kid, principal and signature");
    }
}
