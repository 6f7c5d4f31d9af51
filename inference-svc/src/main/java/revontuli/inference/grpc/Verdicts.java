package revontuli.inference.grpc;

import com.google.protobuf.ByteString;
import revontuli.inference.generate.NoVerdict;
import revontuli.inference.generate.Opening;
import revontuli.inference.generate.Verdict;
import revontuli.transparency.crypto.Commitment;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.MalformedException;

/// Reads what safety-svc says; what does not make sense is no verdict.
final class Verdicts {
    private static final int CHARS_MAX = 256;

    private Verdicts() {}

    static Verdict verdict(revontuli.api.safety.v1.Verdict in) {
        Verdict.Action action =
                switch (in.getAction()) {
                    case ACTION_ALLOW -> Verdict.Action.ALLOW;
                    case ACTION_REDACT -> Verdict.Action.REDACT;
                    case ACTION_REVIEW -> Verdict.Action.REVIEW;
                    case ACTION_BLOCK -> Verdict.Action.BLOCK;
                    case ACTION_UNSPECIFIED, UNRECOGNIZED -> throw new NoVerdict("safety-svc: no action");
                };
        return new Verdict(
                action, line(in.getCategory()), line(in.getRule()), line(in.getPolicy()), digest(in.getPolicyDigest()));
    }

    static Digest digest(String policyDigest) {
        try {
            return Digest.parse(policyDigest);
        } catch (MalformedException _) {
            throw new NoVerdict("safety-svc: no digest of the policy");
        }
    }

    /// The opening, if it really opens to these bytes.
    static Opening opening(String commitment, ByteString salt, byte[] text) {
        try {
            Commitment parsed = Commitment.parse(commitment);
            if (parsed.opensWith(salt.toByteArray(), text)) {
                return new Opening(parsed, salt.toByteArray());
            }
        } catch (MalformedException _) {
            // said below
        }
        throw new NoVerdict("safety-svc: its commitment does not open to the text");
    }

    private static String line(String text) {
        if (text.length() > CHARS_MAX || text.chars().anyMatch(Character::isISOControl)) {
            throw new NoVerdict("safety-svc: a name that is none");
        }
        return text;
    }
}
