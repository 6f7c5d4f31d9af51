package revontuli.inference.generate;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import revontuli.inference.admit.Batcher;
import revontuli.inference.admit.Sequence;
import revontuli.inference.admit.SequenceEnd;
import revontuli.inference.engine.Sampling;
import revontuli.inference.model.Candidates;
import revontuli.inference.model.Lane;
import revontuli.inference.model.ModelTarget;
import revontuli.inference.model.ServedModel;
import revontuli.inference.model.ServedModels;
import revontuli.inference.model.VersionName;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.transparency.crypto.Commitment;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.Json;
import revontuli.transparency.receipt.TokenTrail;
import revontuli.transparency.record.AuditEvent;
import revontuli.transparency.record.SealedRecord;

/// Runs a generation again and holds its tokens against the trail on record. What counts is what the log says, not what
/// the caller says; the caller opens the commitment to the prompt, and nothing of the output is answered. The prompt
/// needs no new verdict: it is the one that was judged.
///
/// The outcome, whichever, is a record of the generation, with the leaves it rests on by their hashes.
public final class Replayer {
    private static final Pattern NAME = Pattern.compile("generations/[a-z0-9][a-z0-9-]{0,127}");

    private final ServedModels models;
    private final Candidates candidates;
    private final Evidence evidence;
    private final Scorer.Ledger ledger;
    private final Duration patience;

    /// A replayer on the served models.
    ///
    /// @param patience longest time one replay may take
    public Replayer(
            ServedModels models, Candidates candidates, Evidence evidence, Scorer.Ledger ledger, Duration patience) {
        this.models = models;
        this.candidates = candidates;
        this.evidence = evidence;
        this.ledger = ledger;
        this.patience = patience;
    }

    /// The records of a generation out of the log, as far as the caller may see them, the oldest first.
    @FunctionalInterface
    public interface Evidence {
        List<SealedRecord> of(Caller caller, String generation);
    }

    /// What is to be run again.
    ///
    /// @param salt of the commitment to the prompt; not copied, nobody writes into it
    /// @param tokens ids of a prompt that was no plain text, else none; the same holds
    /// @param bias what was added to the logits of ids
    @SuppressWarnings("ArrayRecordComponent")
    public record Question(String generation, String prompt, byte[] salt, int[] tokens, Map<Integer, Float> bias) {
        public Question {
            if (!NAME.matcher(generation).matches()) {
                throw Fault.invalid("MALFORMED_NAME", "generation", "must be generations/{generation}");
            }
            GenerationRequest.requireText("prompt", "PROMPT", prompt);
            if (salt.length != Commitment.SALT_BYTES) {
                throw Fault.invalid("MALFORMED_SALT", "salt", "must have " + Commitment.SALT_BYTES + " bytes");
            }
        }
    }

    /// How a replay ended.
    public enum Outcome {
        BIT_EQUAL,
        DIVERGED,
        NOT_REPLAYABLE;

        String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /// What a replay found.
    ///
    /// @param equal tokens that came again
    /// @param divergedAt place of the first other token, from 1; 0 where there is none
    /// @param reason why it was not run, else empty
    public record Found(Outcome outcome, int equal, int divergedAt, String reason, String message, String engine) {
        static Found not(String reason, String message) {
            return new Found(Outcome.NOT_REPLAYABLE, 0, 0, reason, message, "");
        }
    }

    /// Runs it again and records the outcome.
    public Found replay(Caller caller, Question question) throws InterruptedException {
        ledger.room().requireRoom();
        RecordedGeneration recorded =
                RecordedGeneration.of(question.generation(), evidence.of(caller, question.generation()));
        requireOpens(recorded, question);
        Found found;
        try {
            found = run(caller, recorded, question);
        } catch (NotReplayable not) {
            found = not.found();
        }
        record(caller, recorded, found);
        return found;
    }

    private static void requireOpens(RecordedGeneration recorded, Question question) {
        String commitment = recorded.fact(recorded.begin(), "prompt_commitment");
        boolean opens = !commitment.isEmpty()
                && Commitment.parse(commitment)
                        .opensWith(question.salt(), question.prompt().getBytes(StandardCharsets.UTF_8));
        if (!opens) {
            throw Fault.invalid(
                    "WRONG_OPENING",
                    "prompt",
                    "with this salt it does not open the commitment on record; give the exact prompt and its salt");
        }
        requireOpens(
                "prompt_tokens",
                recorded.fact(recorded.begin(), "prompt_token_commitment"),
                SaltedLists.promptTokens(question.salt(), question.tokens()));
        requireOpens("logit_bias", recorded.biasCommitment(), SaltedLists.bias(question.salt(), question.bias()));
    }

    private static void requireOpens(String field, String recorded, Commitment given) {
        if (!recorded.isEmpty() && !recorded.equals(given.toString())) {
            throw Fault.invalid(
                    "WRONG_OPENING",
                    field,
                    "does not open the commitment on record; give exactly what the request had");
        }
    }

    private Found run(Caller caller, RecordedGeneration recorded, Question question)
            throws NotReplayable, InterruptedException {
        TokenTrail.Recorded trail = recorded.trail();
        Lane lane = recorded.lane();
        if (lane == Lane.EVALUATE) {
            Generator.requireLane(caller, lane, candidates);
        }
        try (ServedModels.Lease lease = lease(recorded, lane);
                Batcher.Place place = lease.model().batcher().reserve(caller.tenant())) {
            ServedModel model = lease.model();
            requireSame(recorded, model);
            int[] ids = recorded.plainText() ? model.codec().encode(question.prompt()) : question.tokens();
            Generator.requireFits(model, ids.length);
            return compare(place, model, ids, recorded, trail, question);
        }
    }

    private ServedModels.Lease lease(RecordedGeneration recorded, Lane lane) throws NotReplayable {
        VersionName version = VersionName.parse("model", recorded.fact(recorded.begin(), "model"));
        try {
            return models.lease(new ModelTarget.Exactly(version), lane);
        } catch (FaultException none) {
            throw new NotReplayable(none.fault().reason(), none.fault().message());
        }
    }

    private static void requireSame(RecordedGeneration recorded, ServedModel model) throws NotReplayable {
        AuditEvent begin = recorded.begin();
        if (!Objects.equals(model.identity().digest("model"), begin.digests().get("model"))) {
            throw new NotReplayable("MODEL_DIFFERS", model.name() + " has another digest here than when it generated");
        }
        if (!Objects.equals(
                model.identity().digest("tokenizer"), begin.digests().get("tokenizer"))) {
            throw new NotReplayable("TOKENIZER_DIFFERS", "the tokenizer has another digest than it had");
        }
        String engine = recorded.fact(begin, "engine");
        if (!engine.equals(model.facts().label())) {
            throw new NotReplayable(
                    "ENGINE_DIFFERS",
                    "it ran on " + engine + ", this is " + model.facts().label()
                            + ": other engines may round otherwise");
        }
    }

    /// One token more than was recorded where the text ended by itself: then the end must come again, too.
    private Found compare(
            Batcher.Place place,
            ServedModel model,
            int[] ids,
            RecordedGeneration recorded,
            TokenTrail.Recorded trail,
            Question question)
            throws InterruptedException {
        boolean endsItself = recorded.endsItself();
        int count = trail.count() + (endsItself ? 1 : 0);
        String engine = model.facts().label();
        if (count == 0) {
            return new Found(Outcome.BIT_EQUAL, 0, 0, "", "no token was drawn, none comes", engine);
        }
        Sampling sampling = recorded.sampling(question.bias());
        Follower follower = new Follower(trail, new TokenTrail(question.salt()));
        Sequence sequence = new Sequence(
                ids,
                count,
                model.ends(recorded.form().equals(PromptSource.DIALOGUE)),
                model.engine().chooser(sampling, model.codec().vocabularyUsed(), ids),
                follower);
        place.start(sequence);
        try {
            SequenceEnd end = follower.ended.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (end instanceof SequenceEnd.Failed(var fault)) {
                throw fault.toException();
            }
        } catch (TimeoutException | ExecutionException _) {
            throw new Fault.DeadlineExceeded("REPLAY_TOO_SLOW", "the replay took longer than " + patience, Map.of())
                    .toException();
        } finally {
            sequence.cancel();
        }
        int equal = follower.equal;
        if (follower.diverged || equal < trail.count()) {
            return new Found(
                    Outcome.DIVERGED, equal, equal + 1, "", "another token comes at place " + (equal + 1), engine);
        }
        return new Found(Outcome.BIT_EQUAL, equal, 0, "", "all " + equal + " tokens come again", engine);
    }

    /// Compares on the thread of the batch, which costs two hashes a token. Ends early when a token differs.
    private static final class Follower implements Sequence.Listener {
        private final TokenTrail.Recorded recorded;
        private final TokenTrail trail;
        private final CompletableFuture<SequenceEnd> ended = new CompletableFuture<>();
        private volatile int equal;
        private volatile boolean diverged;

        Follower(TokenTrail.Recorded recorded, TokenTrail trail) {
            this.recorded = recorded;
            this.trail = trail;
        }

        @Override
        public void token(int id) {
            if (diverged) {
                return;
            }
            trail.add(id);
            if (recorded.agreesSoFar(trail)) {
                equal = trail.count();
            } else {
                diverged = true;
                ended.complete(new SequenceEnd.Cancelled());
            }
        }

        @Override
        public void ended(SequenceEnd end) {
            ended.complete(end);
        }
    }

    private void record(Caller caller, RecordedGeneration recorded, Found found) {
        AuditEvent begin = recorded.begin();
        AuditEntry entry = AuditEntry.of(
                        caller.onBehalfOf(begin.act().tenant()),
                        "generation.replayed",
                        begin.subject().name(),
                        ledger.clock().instant())
                .fact("outcome", found.outcome().text())
                .fact("model", recorded.fact(begin, "model"))
                .fact("equal_tokens", Json.number(found.equal()))
                .digest("begin_leaf", recorded.beginLeaf().leafHash());
        for (String role : List.of("model", "tokenizer")) {
            Optional<Digest> digest = Optional.ofNullable(begin.digests().get(role));
            entry = digest.isPresent() ? entry.digest(role, digest.get()) : entry;
        }
        if (recorded.endLeaf().isPresent()) {
            entry = entry.digest("end_leaf", recorded.endLeaf().get().leafHash());
        }
        if (found.divergedAt() > 0) {
            entry = entry.fact("diverged_at", Json.number(found.divergedAt()));
        }
        if (!found.reason().isEmpty()) {
            entry = entry.fact("reason", found.reason());
        }
        AuditEntry whole = found.engine().isEmpty() ? entry : entry.fact("engine", found.engine());
        ledger.unit().run(() -> ledger.audit().append(whole));
    }
}
