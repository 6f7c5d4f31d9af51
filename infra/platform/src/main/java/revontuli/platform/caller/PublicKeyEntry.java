package revontuli.platform.caller;

import revontuli.transparency.crypto.VerifyingKey;

/// A registered public key: whose it is and what it may sign (`submission` or `approval`).
public record PublicKeyEntry(String kid, String use, Caller owner, VerifyingKey key) {
    public static final String SUBMISSION = "submission";
    public static final String APPROVAL = "approval";
}
