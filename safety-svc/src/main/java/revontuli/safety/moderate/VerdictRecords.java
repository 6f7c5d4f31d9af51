package revontuli.safety.moderate;

import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import revontuli.platform.audit.Audit;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.safety.policy.OverrideName;
import revontuli.safety.policy.Policy;
import revontuli.safety.policy.PolicyName;
import revontuli.safety.screen.Cause;
import revontuli.safety.screen.Grounds;
import revontuli.safety.screen.Verdict;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.Json;

/// What the log learns of verdicts: everything but the text.
final class VerdictRecords {
    private final Audit audit;
    private final InstantSource clock;

    VerdictRecords(Audit audit, InstantSource clock) {
        this.audit = audit;
        this.clock = clock;
    }

    /// Whose text it was and what it belongs to; an empty subject gets a name of its own.
    ///
    /// @param review name of the ticket, where people are to look at it
    record Act(Caller caller, String subject, Optional<String> review) {
        Act {
            subject = subject.isEmpty() ? "moderations/" + UUID.randomUUID() : subject;
        }

        Act(Caller caller, String subject) {
            this(caller, subject, Optional.empty());
        }

        Act reviewedIn(Optional<String> ticket) {
            return new Act(caller, subject, ticket);
        }
    }

    /// @param released how much of the text went on, in UTF-16 units
    void judged(Act act, Verdict verdict, String commitment, long released) {
        AuditEntry entry = entry("moderation.judged", act, verdict.grounds())
                .fact("action", verdict.action().id())
                .fact("released_units", Long.toString(released));
        entry = switch (verdict) {
            case Verdict.Allowed _ -> entry;
            case Verdict.Redacted(var _, var cause) -> caused(entry, cause);
            case Verdict.Review(var _, var cause) ->
                caused(entry, cause).fact("review", act.review().orElse("queue full"));
            case Verdict.Blocked(var _, var cause) -> caused(entry, cause);
        };
        audit.append(commitment.isEmpty() ? entry : entry.fact("commitment", commitment));
    }

    /// A stream whose caller went away before the verdict on the whole.
    void interrupted(Act act, Policy policy, String commitment, long released) {
        AuditEntry entry = AuditEntry.of(act.caller(), "moderation.interrupted", act.subject(), clock.instant());
        audit.append(by(entry, policy.name(), policy.override())
                .fact("released_units", Long.toString(released))
                .fact("commitment", commitment));
    }

    /// One record for a whole batch: how many texts got which action.
    void judgedBatch(Caller caller, List<Verdict> verdicts) {
        Map<String, Integer> counts = new TreeMap<>();
        verdicts.forEach(verdict -> counts.merge(verdict.action().id(), 1, Integer::sum));
        Map<String, String> texts = new TreeMap<>();
        counts.forEach((action, count) -> texts.put(action, Integer.toString(count)));
        Grounds grounds = verdicts.getFirst().grounds();
        audit.append(entry("moderation.batch_judged", new Act(caller, ""), grounds)
                .fact("texts", Integer.toString(verdicts.size()))
                .fact("actions", Json.Fields.ofTexts(texts)));
    }

    private AuditEntry entry(String action, Act act, Grounds grounds) {
        AuditEntry entry = by(
                        AuditEntry.of(act.caller(), action, act.subject(), clock.instant()),
                        grounds.policy(),
                        grounds.override())
                .fact("direction", grounds.direction().id());
        return action.equals("moderation.batch_judged")
                ? entry
                : entry.fact("language", grounds.language()).fact("scores", scores(grounds));
    }

    private static AuditEntry by(AuditEntry entry, PolicyName policy, Optional<OverrideName> override) {
        AuditEntry with = entry.digest("policy", Digest.parse(policy.digest())).fact("policy", policy.resource());
        return override.map(tenants -> with.digest("policy_override", Digest.parse(tenants.digest()))
                        .fact("policy_override", tenants.resource())
                        .fact("policy_loosened", Boolean.toString(tenants.loosens())))
                .orElse(with);
    }

    private static AuditEntry caused(AuditEntry entry, Cause cause) {
        return entry.fact("category", cause.category().id())
                .fact("rule", cause.rule())
                .fact("stage", cause.stage());
    }

    private static Json scores(Grounds grounds) {
        Map<String, String> texts = new TreeMap<>();
        grounds.scores().byCategory().forEach((category, score) -> {
            if (score > 0) {
                texts.put(category.id(), String.format(Locale.ROOT, "%.4f", score));
            }
        });
        return Json.Fields.ofTexts(texts);
    }
}
