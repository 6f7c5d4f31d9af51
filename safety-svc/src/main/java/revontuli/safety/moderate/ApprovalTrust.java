package revontuli.safety.moderate;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.statement.LooseningApproval;
import revontuli.transparency.statement.StatementTrust;

/// Whose signatures let an override loosen, and how many people must have signed.
public record ApprovalTrust(Map<String, StatementTrust.Approver> approvers, int quorum) {
    public ApprovalTrust {
        approvers = Map.copyOf(approvers);
        if (quorum < 1) {
            throw new IllegalArgumentException("revontuli.safety.policy.quorum: must be at least 1, not " + quorum);
        }
    }

    /// Why an approval does not count now; empty if it does.
    Optional<LooseningApproval.Reason> check(
            byte[] approval, LooseningApproval.Subject subject, String submitter, Instant now) {
        try {
            return LooseningApproval.parse(approval).check(subject, submitter, approvers, quorum, now);
        } catch (MalformedException _) {
            return Optional.of(LooseningApproval.Reason.MALFORMED);
        }
    }
}
