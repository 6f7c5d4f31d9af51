package revontuli.transparency.statement;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.crypto.StrictBase64;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Field;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;

/// That a tenant's override may be milder than one version of the policy, until a time; with the signatures of those
/// who say so. That it can be read does not mean that it counts: see [#check].
public record LooseningApproval(
        Subject subject, String submitter, Instant expireTime, List<StatementSignature> signatures) {
    private static final String KIND = "policy.loosening";
    private static final int CHARS_MAX = 256;
    private static final int SIGNATURES_MAX = 32;

    /// What it is about.
    ///
    /// @param policy of the exact bytes of the policy's version that may be undercut
    /// @param override of the exact bytes of the override
    public record Subject(String tenant, Digest policy, Digest override) {}

    /// Why an approval does not count.
    public enum Reason {
        MALFORMED,
        OTHER_TENANT,
        OTHER_OVERRIDE,
        OTHER_POLICY,
        EXPIRED,
        UNKNOWN_KEY,
        BAD_SIGNATURE,
        DUPLICATE_SIGNER,
        SUBMITTER_MAY_NOT_APPROVE,
        QUORUM_NOT_REACHED
    }

    public LooseningApproval {
        Field.line("tenant", subject.tenant(), 1, CHARS_MAX);
        Field.line("submitter", submitter, 1, CHARS_MAX);
        expireTime = Field.time("expire_time", expireTime);
        signatures = List.copyOf(signatures);
        if (signatures.size() > SIGNATURES_MAX) {
            throw new MalformedException("an approval may have " + SIGNATURES_MAX + " signatures at most");
        }
    }

    /// The same with one more signature.
    public LooseningApproval signed(String principal, SigningKey key) {
        List<StatementSignature> more = new ArrayList<>(signatures);
        more.add(new StatementSignature(key.kid(), principal, StrictBase64.encode(key.sign(statementBytes()))));
        return new LooseningApproval(subject, submitter, expireTime, more);
    }

    /// The canonical bytes that every signer signs.
    public byte[] statementBytes() {
        return CanonicalJson.encode(statement());
    }

    /// The canonical bytes of the whole.
    public byte[] bytes() {
        Json.Items entries = new Json.Items(
                signatures.stream().<Json>map(StatementSignature::fields).toList());
        return CanonicalJson.encode(Json.fields().with("statement", statement()).with("signatures", entries));
    }

    public static LooseningApproval parse(byte[] bytes) {
        Json.Fields in = CanonicalJson.parseFields(bytes);
        Json.Fields statement = in.fields("statement");
        LooseningApproval approval = new LooseningApproval(
                new Subject(
                        statement.text("tenant"),
                        Digest.parse(statement.text("policy_digest")),
                        Digest.parse(statement.text("override_digest"))),
                statement.text("submitter"),
                Field.parseTime("expire_time", statement.text("expire_time")),
                in.items("signatures").stream().map(StatementSignature::of).toList());
        if (!approval.statement().equals(statement)
                || !in.members().keySet().equals(Set.of("statement", "signatures"))) {
            throw new MalformedException("an approval must have exactly its own fields, kind " + KIND);
        }
        return approval;
    }

    /// Why it does not count for this override now; empty if it does.
    ///
    /// @param approvers who holds which approval key, by kid
    /// @param quorum distinct people that must have signed
    /// @param submitting who brings the override in: cannot approve it
    public Optional<Reason> check(
            Subject expected,
            String submitting,
            Map<String, StatementTrust.Approver> approvers,
            int quorum,
            Instant now) {
        if (!subject.tenant().equals(expected.tenant())) {
            return Optional.of(Reason.OTHER_TENANT);
        }
        if (!subject.override().equals(expected.override())) {
            return Optional.of(Reason.OTHER_OVERRIDE);
        }
        if (!subject.policy().equals(expected.policy())) {
            return Optional.of(Reason.OTHER_POLICY);
        }
        if (!now.isBefore(expireTime)) {
            return Optional.of(Reason.EXPIRED);
        }
        Set<String> people = new HashSet<>();
        byte[] bytes = statementBytes();
        for (StatementSignature signature : signatures) {
            StatementTrust.Approver holder = approvers.get(signature.kid());
            if (holder == null || !holder.principal().equals(signature.principal())) {
                return Optional.of(Reason.UNKNOWN_KEY);
            }
            VerifyingKey key = holder.key();
            if (!signature.isBy(key, bytes)) {
                return Optional.of(Reason.BAD_SIGNATURE);
            }
            if (signature.principal().equals(submitter) || signature.principal().equals(submitting)) {
                return Optional.of(Reason.SUBMITTER_MAY_NOT_APPROVE);
            }
            if (!people.add(signature.principal())) {
                return Optional.of(Reason.DUPLICATE_SIGNER);
            }
        }
        return people.size() < quorum ? Optional.of(Reason.QUORUM_NOT_REACHED) : Optional.empty();
    }

    private Json.Fields statement() {
        return Json.fields()
                .with("kind", KIND)
                .with("tenant", subject.tenant())
                .with("policy_digest", subject.policy().toString())
                .with("override_digest", subject.override().toString())
                .with("submitter", submitter)
                .with("expire_time", Field.print(expireTime));
    }
}
