package revontuli.trainer.publish;

import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import revontuli.platform.caller.Caller;
import revontuli.platform.caller.Principals;
import revontuli.platform.caller.PublicKeyEntry;
import revontuli.platform.caller.Role;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.transparency.statement.StatementSignature;
import revontuli.transparency.statement.StatementTrust;

/// Whose signatures count: approvers by their registered keys, and the installation's own key for imports.
public final class Signers {
    private final Principals principals;
    private final int quorum;

    public Signers(Principals principals, int quorum) {
        this.principals = principals;
        this.quorum = quorum;
        if (quorum < 1) {
            throw new IllegalArgumentException("revontuli.trainer.promotion.quorum must be at least 1, not " + quorum);
        }
    }

    public int quorum() {
        return quorum;
    }

    StatementTrust trust() {
        Map<String, StatementTrust.Approver> approvers = new HashMap<>();
        principals.publicKeys(PublicKeyEntry.APPROVAL).stream()
                .filter(entry -> entry.owner().has(Role.APPROVER))
                .forEach(entry -> approvers.put(
                        entry.kid(), new StatementTrust.Approver(entry.owner().principal(), entry.key())));
        return new StatementTrust(
                approvers, quorum, principals.installationKey().orElse(null));
    }

    /// Demands that the caller signs with a key of its own.
    void requireOwn(Caller caller, String kid, String principal) {
        Optional<PublicKeyEntry> key = principals.publicKey(kid, PublicKeyEntry.APPROVAL);
        boolean own = key.isPresent()
                && key.get().owner().principal().equals(caller.principal())
                && principal.equals(caller.principal());
        if (!own) {
            throw new Fault.Refused(
                            "UNKNOWN_KEY",
                            "key " + kid + " is not a registered approval key of " + caller.principal(),
                            Map.of("kid", kid, "principal", caller.principal()))
                    .toException();
        }
    }

    /// Demands a good signature over any bytes, by one of the caller's own keys.
    void requireSigned(Caller caller, StatementSignature signature, byte[] message) {
        requireOwn(caller, signature.kid(), signature.principal());
        byte[] bytes = Base64.getDecoder().decode(signature.signature());
        if (!principals
                .publicKey(signature.kid(), PublicKeyEntry.APPROVAL)
                .orElseThrow()
                .key()
                .verifies(message, bytes)) {
            throw refused("BAD_SIGNATURE", "the signature is not over the bytes it must be over", signature.kid());
        }
    }

    static FaultException fault(StatementTrust.Outcome outcome, StatementSignature signature) {
        StatementTrust.Outcome.Refused refused = (StatementTrust.Outcome.Refused) outcome;
        return switch (refused.reason()) {
            case MALFORMED, WRONG_KIND ->
                new Fault.Invalid("MALFORMED_STATEMENT", refused.message(), Map.of("field", "statement")).toException();
            case DUPLICATE_SIGNER ->
                new Fault.AlreadyExists(
                                "DUPLICATE_SIGNER", refused.message(), Map.of("principal", signature.principal()))
                        .toException();
            case UNKNOWN_KEY, BAD_SIGNATURE, SUBMITTER_MAY_NOT_APPROVE, QUORUM_NOT_REACHED ->
                refused(refused.reason().name(), refused.message(), signature.kid());
        };
    }

    private static FaultException refused(String reason, String message, String kid) {
        return new Fault.Refused(reason, message, Map.of("kid", kid)).toException();
    }
}
