package revontuli.transparency.export;

import java.nio.charset.StandardCharsets;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.crypto.StrictBase64;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;

/// A log goes on with another key, and says so in itself: a record [#ACTION] whose facts both keys have signed. Whoever
/// trusts one of the two may trust the other for this log.
public record KeyRotation(String origin, VerifyingKey before, VerifyingKey after) {
    public static final String ACTION = "log.key_rotated";

    /// The facts of the record.
    public static Json.Fields facts(String origin, SigningKey before, SigningKey after) {
        byte[] statement = new KeyRotation(origin, before.verifyingKey(), after.verifyingKey()).statement();
        return Json.fields()
                .with("origin", origin)
                .with("old_key", before.verifyingKey().base64())
                .with("new_key", after.verifyingKey().base64())
                .with("old_signature", StrictBase64.encode(before.sign(statement)))
                .with("new_signature", StrictBase64.encode(after.sign(statement)));
    }

    /// Reads and verifies the facts of a record.
    public static KeyRotation parse(Json.Fields facts) {
        KeyRotation rotation = new KeyRotation(
                facts.text("origin"),
                VerifyingKey.parse(facts.text("old_key")),
                VerifyingKey.parse(facts.text("new_key")));
        byte[] statement = rotation.statement();
        if (!rotation.before.verifies(statement, StrictBase64.decode("old_signature", facts.text("old_signature")))
                || !rotation.after.verifies(
                        statement, StrictBase64.decode("new_signature", facts.text("new_signature")))) {
            throw new MalformedException("a key rotation must be signed by both keys");
        }
        return rotation;
    }

    /// What both keys sign.
    private byte[] statement() {
        return ("revontuli log key rotation\n" + origin + "\n" + before.base64() + "\n" + after.base64() + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }
}
