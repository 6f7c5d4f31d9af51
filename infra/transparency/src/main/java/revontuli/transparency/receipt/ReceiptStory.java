package revontuli.transparency.receipt;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.receipt.Evidence.Found;
import revontuli.transparency.receipt.ReceiptVerification.Bad;
import revontuli.transparency.receipt.ReceiptVerification.Reason;
import revontuli.transparency.statement.Statement;
import revontuli.transparency.statement.StatementBundle;
import revontuli.transparency.statement.StatementTrust;

/// Whether the records of a receipt tell one story: the generation from its first record to its end, the verdicts on
/// its texts, the model and the statement under which it was served, the policy, the job and its data.
final class ReceiptStory {
    private static final List<String> VERDICT = List.of("verdict", "category", "rule");
    private static final Set<String> ENDS =
            Set.of("generation.finished", "generation.refused", "generation.interrupted", "generation.cancelled");

    private final Receipt receipt;
    private final Evidence evidence;
    private final Map<String, String> facts;
    private final List<String> findings;

    ReceiptStory(Receipt receipt, Evidence evidence, Map<String, String> facts, List<String> findings) {
        this.receipt = receipt;
        this.evidence = evidence;
        this.facts = facts;
        this.findings = findings;
    }

    void check() throws Bad {
        String generation = receipt.about().generation();
        Found begin = evidence.require(
                generation,
                found -> found.subject().equals(generation) && found.action().startsWith("generation."));
        chain(generation, begin.service());
        Found end = evidence.first(found -> found.subject().equals(generation) && ENDS.contains(found.action()))
                .orElse(begin);
        outcome(begin, end);
        policy(end.digest("policy").isEmpty() ? begin : end);
        verdicts(generation, begin, end);
        model(begin);
    }

    /// The records of a subject are numbered by their service from 1, and the receipt leaves none out in between.
    private void chain(String subject, String service) throws Bad {
        List<Found> records =
                evidence
                        .where(one ->
                                one.subject().equals(subject) && one.service().equals(service))
                        .stream()
                        .sorted(Comparator.comparingLong(
                                one -> one.event().subject().number()))
                        .toList();
        long number = 0;
        for (Found found : records) {
            number++;
            if (found.event().subject().number() != number) {
                throw found.bad(
                        Reason.RECORD_MISSING,
                        "is number " + found.event().subject().number() + " of " + subject + " in " + service
                                + "; number " + number + " is missing");
            }
        }
    }

    private void outcome(Found begin, Found end) throws Bad {
        for (String role : List.of("model", "tokenizer", "template", "statement")) {
            // a generation that a restart closed names no more than its model
            if (!end.digest(role).isEmpty() && !begin.digest(role).equals(end.digest(role))) {
                throw end.bad(Reason.FACTS_DISAGREE, "names another " + role + " than the generation began with");
            }
            if (!begin.digest(role).isEmpty()) {
                facts.put(role + "_digest", begin.digest(role));
            }
        }
        facts.put("model", begin.fact("model"));
        facts.put("lane", begin.fact("lane"));
        facts.put("tenant", begin.event().act().tenant());
        facts.put("actor", begin.event().act().actor());
        facts.put("begun", begin.event().times().event().toString());
        String reason = end.fact("finish_reason").isEmpty() ? end.fact("reason") : end.fact("finish_reason");
        facts.put(
                "outcome",
                (ENDS.contains(end.action()) ? end.action() : "not ended") + (reason.isEmpty() ? "" : ", " + reason));
        for (String name : List.of("engine", "output_tokens", "prompt_tokens")) {
            put(name, end.fact(name).isEmpty() ? begin.fact(name) : end.fact(name));
        }
        for (String name : VERDICT) {
            if (end.index() != begin.index()) {
                put("prompt_" + name, begin.fact(name));
            }
            put(name, end.fact(name));
        }
        if (begin.event().facts().members().get("sampling") instanceof Json.Fields(var sampling)) {
            sampling.forEach(
                    (name, value) -> facts.put("sampling_" + name, value instanceof Json.Text(var text) ? text : ""));
        }
        if (!ENDS.contains(end.action())) {
            findings.add("the generation had not ended when this receipt was made");
        }
    }

    private void put(String name, String value) {
        if (!value.isEmpty()) {
            facts.put(name, value);
        }
    }

    private void policy(Found judged) throws Bad {
        String digest = judged.digest("policy");
        if (digest.isEmpty()) {
            findings.add("no policy is named: there was no verdict");
            return;
        }
        Found activated = evidence.require(
                "the policy " + digest,
                found -> found.action().equals("policy.activated")
                        && found.digest("policy").equals(digest));
        if (activated.index() > judged.index()) {
            throw activated.bad(Reason.FACTS_DISAGREE, "comes after the verdict that rests on it");
        }
        facts.put("policy", activated.subject());
        facts.put("policy_digest", digest);
    }

    /// What the generation says it committed to is what the judge says it judged.
    private void verdicts(String generation, Found begin, Found end) throws Bad {
        List<Found> judged = evidence.where(
                found -> found.subject().equals(generation) && found.action().startsWith("moderation."));
        for (Found found : List.of(begin, end)) {
            for (String name : List.of("prompt_commitment", "output_commitment")) {
                String commitment = found.fact(name);
                if (!commitment.isEmpty()
                        && judged.stream()
                                .noneMatch(one -> one.fact("commitment").equals(commitment))) {
                    throw found.bad(
                            Reason.RECORD_MISSING, "names the " + name + " " + commitment + ", which no verdict is on");
                }
            }
        }
        facts.put("verdicts", Integer.toString(judged.size()));
    }

    /// The version was admitted by the serving instance on a statement whose signatures count.
    private void model(Found begin) throws Bad {
        String name = begin.fact("model");
        String digest = begin.digest("model");
        String statement = begin.digest("statement");
        if (statement.isEmpty()) {
            findings.add("no statement: " + name + " was a candidate in the evaluate lane, served to nobody else");
            return;
        }
        Found verified = evidence.require(
                "the promotion of " + name,
                found -> found.action().equals("promotion.verified")
                        && found.subject().equals(name)
                        && found.digest("statement").equals(statement));
        Found released = evidence.require(
                "the statement of " + name,
                found -> Set.of("model.promoted", "model.imported").contains(found.action())
                        && found.subject().equals(name)
                        && found.digest("statement").equals(statement));
        for (Found found : List.of(verified, released)) {
            if (!found.digest("model").equals(digest)) {
                throw found.bad(Reason.FACTS_DISAGREE, "is about another model digest than was served");
            }
        }
        StatementBundle bundle = bundle(released);
        Statement signed = bundle.statement();
        if (!signed.digest().toString().equals(statement)
                || !signed.model().equals(name)
                || !signed.digests().model().toString().equals(digest)
                || !signed.digests().tokenizer().toString().equals(begin.digest("tokenizer"))) {
            throw released.bad(Reason.FACTS_DISAGREE, "names a statement about another model or tokenizer");
        }
        signatures(bundle, verified);
        facts.put("admission", signed.kind().text());
        facts.put("submitter", signed.submitter());
        job(signed);
    }

    private StatementBundle bundle(Found released) throws Bad {
        String digest = released.digest("bundle");
        byte[] bytes = receipt.artifactsByDigest().get(digest);
        if (bytes == null) {
            throw released.bad(Reason.RECORD_MISSING, "names the signed statement " + digest + ", which is not here");
        }
        try {
            return StatementBundle.parse(bytes);
        } catch (MalformedException e) {
            throw new Bad(Reason.STATEMENT_REFUSED, "artifact " + digest, String.valueOf(e.getMessage()));
        }
    }

    /// With the keys that the serving instance trusted when it admitted the version, as it put them on record itself.
    private void signatures(StatementBundle bundle, Found verified) throws Bad {
        Found keys = evidence.last(found -> found.action().equals("approvers.loaded")
                        && found.leaf()
                                .record()
                                .source()
                                .equals(verified.leaf().record().source())
                        && found.index() < verified.index())
                .orElseThrow(() -> verified.bad(
                        Reason.RECORD_MISSING, "rests on keys whose list, approvers.loaded, is not in the receipt"));
        StatementTrust trust;
        try {
            trust = trust(keys, Integer.parseInt(verified.fact("quorum")));
        } catch (IllegalArgumentException e) {
            throw keys.bad(Reason.STATEMENT_REFUSED, "has no usable keys: " + e.getMessage());
        }
        switch (trust.verify(bundle, bundle.statement().kind())) {
            case StatementTrust.Outcome.Accepted accepted ->
                facts.put("signers", String.join(", ", new TreeSet<>(accepted.signers())));
            case StatementTrust.Outcome.Refused(var reason, var message) ->
                throw verified.bad(
                        Reason.STATEMENT_REFUSED, "rests on a statement that is refused: " + reason + ": " + message);
        }
    }

    private static StatementTrust trust(Found keys, int quorum) {
        Map<String, StatementTrust.Approver> approvers = new HashMap<>();
        for (Json item : keys.event().facts().items("public_keys")) {
            if (item instanceof Json.Fields key && key.text("use").equals("approval")) {
                VerifyingKey verifying = VerifyingKey.parse(key.text("ed25519"));
                approvers.put(verifying.kid(), new StatementTrust.Approver(key.text("principal"), verifying));
            }
        }
        String installation = keys.fact("installation_key");
        @Nullable VerifyingKey own = installation.isEmpty() ? null : VerifyingKey.parse(installation);
        return new StatementTrust(approvers, quorum, own);
    }

    private void job(Statement statement) throws Bad {
        if (statement.job().isEmpty()) {
            return;
        }
        facts.put("job", statement.job());
        List<Found> records = evidence.where(found -> found.subject().equals(statement.job()));
        if (records.isEmpty()) {
            findings.add("not disclosed: " + statement.job());
            return;
        }
        chain(statement.job(), records.getFirst().service());
        Found submitted = evidence.require(
                statement.job(),
                found -> found.subject().equals(statement.job())
                        && found.action().equals("job.submitted"));
        facts.put("plan_digest", submitted.digest("plan"));
        data(submitted, "data_sets");
        data(submitted, "evaluation_data_sets");
    }

    private void data(Found submitted, String list) throws Bad {
        if (!(submitted.event().facts().members().get(list) instanceof Json.Fields(var named))) {
            return;
        }
        for (Map.Entry<String, Json> one : named.entrySet()) {
            String digest = one.getValue() instanceof Json.Text(var text) ? text : "";
            List<Found> registered = evidence.where(found ->
                    found.subject().equals(one.getKey()) && found.action().equals("dataset.registered"));
            if (registered.isEmpty()) {
                findings.add("not disclosed: " + one.getKey());
            }
            for (Found found : registered) {
                if (!found.digest("dataset").equals(digest)) {
                    throw found.bad(Reason.FACTS_DISAGREE, "has another digest than " + submitted.subject() + " used");
                }
            }
        }
        facts.put(list, String.join(", ", named.keySet()));
    }

    static Set<String> commitments(Found found) {
        Set<String> all = new TreeSet<>();
        for (String name : List.of("commitment", "prompt_commitment", "output_commitment")) {
            if (!found.fact(name).isEmpty()) {
                all.add(found.fact(name));
            }
        }
        return all;
    }
}
