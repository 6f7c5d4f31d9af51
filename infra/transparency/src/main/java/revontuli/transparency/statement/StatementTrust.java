package revontuli.transparency.statement;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.json.MalformedException;

/// Whose signature counts, and how many are needed. `approvers` maps a kid to whoever holds that approval key; one
/// person may hold several keys and still counts once. Without an installation key no import is accepted.
public record StatementTrust(
        Map<String, Approver> approvers,
        int quorum,
        @Nullable VerifyingKey installationKey) {
    /// The principal under which the installation's own key signs.
    public static final String INSTALLATION = "installation";

    /// A person and one of the keys that only this person holds.
    public record Approver(String principal, VerifyingKey key) {}

    public StatementTrust {
        approvers = Map.copyOf(approvers);
        if (quorum < 1) {
            throw new IllegalArgumentException("a quorum must be at least 1, not " + quorum);
        }
        approvers.forEach((kid, approver) -> {
            if (!kid.equals(approver.key().kid())) {
                throw new IllegalArgumentException("approver key listed as " + kid + " is "
                        + approver.key().kid());
            }
        });
    }

    /// What a verification found. Exactly one of the two.
    public sealed interface Outcome {
        /// The statement counts; `signers` are distinct principals in the order they signed.
        record Accepted(Statement statement, List<String> signers) implements Outcome {
            public Accepted {
                signers = List.copyOf(signers);
            }
        }

        record Refused(Reason reason, String message) implements Outcome {}
    }

    public enum Reason {
        MALFORMED,
        WRONG_KIND,
        UNKNOWN_KEY,
        BAD_SIGNATURE,
        DUPLICATE_SIGNER,
        SUBMITTER_MAY_NOT_APPROVE,
        QUORUM_NOT_REACHED
    }

    /// Reads and judges a bundle as it lies in the artifact store.
    public Outcome verify(byte[] bundle, Statement.Kind expected) {
        try {
            return verify(StatementBundle.parse(bundle), expected);
        } catch (MalformedException e) {
            return refused(Reason.MALFORMED, String.valueOf(e.getMessage()));
        }
    }

    /// Judges a bundle. Every signature in it must be good: one bad one refuses the whole, even past the quorum.
    public Outcome verify(StatementBundle bundle, Statement.Kind expected) {
        Statement statement = bundle.statement();
        if (statement.kind() != expected) {
            return refused(
                    Reason.WRONG_KIND,
                    "expected " + expected.text() + ", not " + statement.kind().text());
        }
        byte[] bytes = statement.bytes();
        Set<String> seen = new HashSet<>();
        for (StatementSignature signature : bundle.signatures()) {
            Optional<Outcome> fault = faultOf(signature, statement, bytes);
            if (fault.isPresent()) {
                return fault.get();
            }
            if (!seen.add(signature.principal())) {
                return refused(Reason.DUPLICATE_SIGNER, signature.principal() + " signed more than once");
            }
        }
        int needed = expected == Statement.Kind.IMPORT ? 1 : quorum;
        if (seen.size() < needed) {
            return refused(Reason.QUORUM_NOT_REACHED, seen.size() + " of " + needed + " needed signatures");
        }
        return new Outcome.Accepted(
                statement,
                bundle.signatures().stream().map(StatementSignature::principal).toList());
    }

    /// Why one signature does not count; empty if it does. To check a signature on its own when it is handed in.
    public Optional<Outcome> faultOf(StatementSignature signature, Statement statement) {
        return faultOf(signature, statement, statement.bytes());
    }

    private Optional<Outcome> faultOf(StatementSignature signature, Statement statement, byte[] bytes) {
        Optional<Approver> holder = holder(signature.kid(), statement.kind());
        if (holder.isEmpty() || !holder.get().principal().equals(signature.principal())) {
            return Optional.of(refused(
                    Reason.UNKNOWN_KEY,
                    "key " + signature.kid() + " is not known to be " + signature.principal() + "'s for this"));
        }
        if (!signature.isBy(holder.get().key(), bytes)) {
            return Optional.of(refused(
                    Reason.BAD_SIGNATURE, "the signature of " + signature.principal() + " is not over this statement"));
        }
        if (statement.kind() == Statement.Kind.PROMOTION
                && signature.principal().equals(statement.submitter())) {
            return Optional.of(refused(
                    Reason.SUBMITTER_MAY_NOT_APPROVE, signature.principal() + " submitted it and cannot approve it"));
        }
        return Optional.empty();
    }

    private Optional<Approver> holder(String kid, Statement.Kind kind) {
        return switch (kind) {
            case PROMOTION -> Optional.ofNullable(approvers.get(kid));
            case IMPORT ->
                Optional.ofNullable(installationKey)
                        .filter(key -> key.kid().equals(kid))
                        .map(key -> new Approver(INSTALLATION, key));
        };
    }

    private static Outcome refused(Reason reason, String message) {
        return new Outcome.Refused(reason, message);
    }
}
