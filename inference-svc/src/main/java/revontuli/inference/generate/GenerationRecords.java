package revontuli.inference.generate;

import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jboss.logging.Logger;
import revontuli.inference.engine.Sampling;
import revontuli.inference.generate.Generations.Orphan;
import revontuli.inference.generate.Generations.State;
import revontuli.inference.model.ChatTemplate;
import revontuli.inference.model.Lane;
import revontuli.platform.audit.Audit;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.platform.tx.UnitOfWork;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.Json;
import revontuli.transparency.receipt.TokenTrail;

/// What is written down of a generation: row and record in one unit of work each. Returning means committed; when it
/// cannot be written, the generation may not go on: a fault AUDIT_UNAVAILABLE.
final class GenerationRecords {
    private static final Logger LOG = Logger.getLogger(GenerationRecords.class);
    private static final int ORPHANS_A_ROUND = 500;

    private final Generations rows;
    private final Audit audit;
    private final UnitOfWork unit;
    private final InstantSource clock;

    GenerationRecords(Generations rows, Audit audit, UnitOfWork unit, InstantSource clock) {
        this.rows = rows;
        this.audit = audit;
        this.unit = unit;
        this.clock = clock;
    }

    /// The policy refused the prompt.
    void refused(Generation generation, Moderation.Judgement judged) {
        AuditEntry entry = judgedEntry(generation, "generation.refused", judged)
                .transition("", State.REFUSED.name())
                .fact("reason", "POLICY")
                .fact("direction", "prompt");
        begin(generation, State.REFUSED, withVerdict(entry, judged.verdict()));
    }

    /// There was no verdict on the prompt: nobody knows what it said, so nothing of it is written.
    void unjudged(Generation generation, NoVerdict why) {
        begin(
                generation,
                State.REFUSED,
                entry(generation, "generation.refused")
                        .transition("", State.REFUSED.name())
                        .fact("reason", "SAFETY_UNAVAILABLE")
                        .fact("detail", why.why()));
    }

    /// What the policy left of the prompt cannot be given to the model.
    void unusable(Generation generation, Moderation.Judgement judged, Fault why) {
        AuditEntry entry = judgedEntry(generation, "generation.refused", judged)
                .transition("", State.REFUSED.name())
                .fact("reason", why.reason())
                .fact("direction", "prompt");
        begin(generation, State.REFUSED, withVerdict(entry, judged.verdict()));
    }

    /// The caller went away before anything was generated.
    void abandoned(Generation generation) {
        begin(
                generation,
                State.CANCELLED,
                entry(generation, "generation.cancelled")
                        .transition("", State.CANCELLED.name())
                        .fact("released_chars", "0"));
    }

    void admitted(Generation generation, Moderation.Judgement judged, BuiltPrompt prompt) {
        boolean redacted = judged.verdict().action() == Verdict.Action.REDACT;
        byte[] salt = judged.opening().salt();
        AuditEntry entry = judgedEntry(generation, "generation.admitted", judged)
                .transition("", State.ADMITTED.name())
                .fact("sampling", sampling(generation, salt))
                .fact("engine", generation.model().facts().label())
                .fact("max_tokens", Json.number(generation.request().tokensMax()))
                .fact("stop_sequences", Json.number(generation.stops(prompt).size()))
                .fact("prompt_form", generation.request().prompt().form())
                .fact("prompt_tokens", Json.number(prompt.ids().length))
                .fact("prompt_redacted", new Json.Flag(redacted));
        if (!generation.request().prompt().form().equals(PromptSource.TEXT)) {
            entry = entry.fact(
                    "prompt_token_commitment",
                    SaltedLists.promptTokens(salt, prompt.ids()).toString());
        }
        Optional<ChatTemplate> template = generation.model().template();
        if (generation.request().prompt() instanceof PromptSource.Dialogue && template.isPresent()) {
            entry = entry.digest("template", template.get().digest());
        }
        begin(generation, State.ADMITTED, withVerdict(entry, judged.verdict()));
    }

    /// The end, with the trail of the tokens only where all of them went out: with the salt, which the caller gets,
    /// a trail shows them.
    void finished(Ending ending, Progress progress, TokenTrail trail) {
        State state = ending.refusal().isPresent() ? State.REFUSED : State.FINISHED;
        AuditEntry entry = entry(ending.generation(), "generation.finished")
                .digest("policy", ending.verdict().policyDigest())
                .fact("finish_reason", ending.reason().text())
                .fact("prompt_tokens", Json.number(ending.usage().promptTokens()));
        if (ending.output().isPresent()) {
            entry = entry.fact(
                    "output_commitment", ending.output().get().commitment().toString());
        }
        if (ending.refusal().isPresent()) {
            entry = entry.fact("direction", ending.refusal().get().direction());
        }
        if (ending.refusal().isEmpty() && !progress.redacted()) {
            entry = entry.fact("token_trail", trail.steps())
                    .fact("token_commitment", trail.end().toString());
        }
        end(ending.generation(), state, progressed(withVerdict(entry, ending.verdict()), progress));
    }

    void cancelled(Generation generation, Progress progress) {
        end(generation, State.CANCELLED, progressed(entry(generation, "generation.cancelled"), progress));
    }

    void interrupted(Generation generation, Fault why, Progress progress) {
        end(
                generation,
                State.INTERRUPTED,
                progressed(entry(generation, "generation.interrupted"), progress)
                        .fact("reason", why.reason()));
    }

    /// Closes what earlier runs of this instance left open; answers how many.
    int closeOrphans() {
        int closed = 0;
        List<Orphan> left;
        do {
            left = rows.orphans(ORPHANS_A_ROUND);
            for (Orphan orphan : left) {
                unit.run(() -> close(orphan));
                closed++;
            }
        } while (!left.isEmpty());
        return closed;
    }

    private void close(Orphan orphan) {
        if (rows.end(orphan.name(), State.INTERRUPTED, clock.instant())) {
            Caller caller = new Caller(orphan.principal(), orphan.tenant(), Set.of());
            audit.append(AuditEntry.of(caller, "generation.interrupted", orphan.name(), clock.instant())
                    .digest("model", Digest.parse(orphan.modelDigest()))
                    .transition(State.ADMITTED.name(), State.INTERRUPTED.name())
                    .request(orphan.requestId())
                    .fact("reason", "SERVICE_RESTARTED"));
        }
    }

    private void begin(Generation generation, State state, AuditEntry entry) {
        commit(() -> {
            rows.add(generation, state, clock.instant());
            audit.append(entry);
        });
    }

    private void end(Generation generation, State state, AuditEntry entry) {
        commit(() -> {
            if (rows.end(generation.name(), state, clock.instant())) {
                audit.append(entry.transition(State.ADMITTED.name(), state.name()));
            }
        });
    }

    private void commit(Runnable work) {
        try {
            unit.run(work);
        } catch (FaultException fault) {
            throw fault;
        } catch (RuntimeException e) {
            LOG.error("a record could not be committed; the generation is refused", e);
            throw new Fault.Unavailable(
                            "AUDIT_UNAVAILABLE", "the record of this generation cannot be written; try again", Map.of())
                    .toException();
        }
    }

    private AuditEntry entry(Generation generation, String action) {
        AuditEntry entry = AuditEntry.of(generation.caller(), action, generation.name(), clock.instant())
                .request(generation.request().requestId())
                .fact("model", generation.model().name().toString())
                .fact("lane", generation.request().lane().text());
        for (Map.Entry<String, Digest> digest :
                generation.model().identity().digests().entrySet()) {
            entry = entry.digest(digest.getKey(), digest.getValue());
        }
        if (generation.request().lane() == Lane.SERVE) {
            return entry;
        }
        String purpose = generation.model().identity().purpose();
        return entry.fact("purpose", purpose.isEmpty() ? "evaluation of a served version" : purpose);
    }

    private AuditEntry judgedEntry(Generation generation, String action, Moderation.Judgement judged) {
        return entry(generation, action)
                .digest("policy", judged.verdict().policyDigest())
                .fact("prompt_commitment", judged.opening().commitment().toString());
    }

    private static AuditEntry withVerdict(AuditEntry entry, Verdict verdict) {
        AuditEntry with = entry.fact("policy", verdict.policy())
                .fact("verdict", verdict.action().name().toLowerCase(Locale.ROOT));
        return verdict.category().isEmpty()
                ? with
                : with.fact("category", verdict.category()).fact("rule", verdict.rule());
    }

    private static AuditEntry progressed(AuditEntry entry, Progress progress) {
        return entry.fact("released_chars", Json.number(progress.releasedChars()))
                .fact("output_tokens", Json.number(progress.outputTokens()))
                .fact("redacted", new Json.Flag(progress.redacted()));
    }

    /// Numbers as they were drawn with: single precision, shortest form. The ids of a bias may say something, so there
    /// is a commitment to them.
    private static Json.Fields sampling(Generation generation, byte[] salt) {
        Sampling sampling = generation.sampling();
        Map<String, String> facts = new TreeMap<>(Map.of(
                "temperature", text(sampling.temperature()),
                "top_k", Integer.toString(sampling.cut().topK()),
                "top_p", text(sampling.cut().topP()),
                "min_p", text(sampling.cut().minP()),
                "repetition_penalty", text(sampling.penalties().repetition()),
                "presence_penalty", text(sampling.penalties().presence()),
                "frequency_penalty", text(sampling.penalties().frequency()),
                "logit_biases", Integer.toString(sampling.bias().size()),
                "seed", Long.toString(sampling.seed())));
        if (!sampling.bias().isEmpty()) {
            facts.put(
                    "logit_bias_commitment",
                    SaltedLists.bias(salt, sampling.bias()).toString());
        }
        return Json.Fields.ofTexts(facts);
    }

    private static String text(double number) {
        return Float.toString((float) number);
    }

    /// What went out so far.
    ///
    /// @param releasedChars UTF-16 units of released text
    record Progress(long releasedChars, int outputTokens, boolean redacted) {
        static final Progress NONE = new Progress(0, 0, false);
    }
}
