package revontuli.inference.generate;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import revontuli.inference.admit.Batcher;
import revontuli.inference.admit.Sequence;
import revontuli.inference.admit.SequenceEnd;
import revontuli.inference.engine.Chooser;
import revontuli.inference.engine.Engine;
import revontuli.inference.model.Candidates;
import revontuli.inference.model.Lane;
import revontuli.inference.model.ModelTarget;
import revontuli.inference.model.ServedModel;
import revontuli.inference.model.ServedModels;
import revontuli.platform.audit.Audit;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.event.Admission;
import revontuli.platform.fault.Fault;
import revontuli.platform.tx.UnitOfWork;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.Json;

/// Log-likelihood of a continuation: the batch is led along its tokens instead of drawing, so scoring shares the slots
/// with generation and needs the memory of one row of logits.
public final class Scorer {
    private final Admission room;
    private final ServedModels models;
    private final Candidates candidates;
    private final UnitOfWork unit;
    private final Audit audit;
    private final InstantSource clock;
    private final Duration patience;

    /// What a score is written down with.
    public record Ledger(Admission room, UnitOfWork unit, Audit audit, InstantSource clock) {}

    /// A scorer on the served models.
    ///
    /// @param patience longest time one score may take
    public Scorer(ServedModels models, Candidates candidates, Ledger ledger, Duration patience) {
        this.models = models;
        this.candidates = candidates;
        this.room = ledger.room();
        this.unit = ledger.unit();
        this.audit = ledger.audit();
        this.clock = ledger.clock();
        this.patience = patience;
    }

    /// How likely the continuation is.
    ///
    /// @param logLikelihood sum of natural logarithms
    /// @param greedy true when every token was the likeliest one
    public record Score(double logLikelihood, List<ScoredToken> tokens, boolean greedy, Digest model) {
        public Score {
            tokens = List.copyOf(tokens);
        }
    }

    /// A token of the continuation.
    ///
    /// @param logProbability natural logarithm, behind all tokens before it
    @SuppressWarnings("ArrayRecordComponent")
    public record ScoredToken(int id, byte[] text, double logProbability) {}

    /// What is to be scored.
    public record Question(ModelTarget target, String context, String continuation, Lane lane) {
        public Question {
            if (!context.isEmpty()) {
                GenerationRequest.requireText("context", "CONTEXT", context);
            }
            GenerationRequest.requireText("continuation", "CONTINUATION", continuation);
        }
    }

    public Score score(Caller caller, Question question) throws InterruptedException {
        room.requireRoom();
        if (question.lane() == Lane.EVALUATE) {
            candidates.requireLane();
        }
        try (ServedModels.Lease lease = models.lease(question.target(), question.lane());
                Batcher.Place place = lease.model().batcher().reserve(caller.tenant())) {
            ServedModel model = lease.model();
            int[] given = given(model, question.context());
            int[] whole = whole(model, given, question);
            int[] asked = Arrays.copyOfRange(whole, given.length, whole.length);
            Generator.requireFits(model, whole.length - 1);
            Led led = new Led(model, asked);
            Sequence sequence = new Sequence(Arrays.copyOf(whole, given.length), asked.length, Set.of(), led, led);
            led(place, sequence, led.ended);
            record(caller, question, model, asked.length);
            return led.score(model);
        }
    }

    private static int[] given(ServedModel model, String context) {
        if (!context.isEmpty()) {
            return model.codec().encode(context);
        }
        OptionalInt endOfText = model.facts().endOfText();
        return new int[] {
            endOfText.orElseThrow(() -> Fault.invalid(
                    "CONTEXT_EMPTY", "context", "this model has no end-of-text token to begin with: give a context"))
        };
    }

    /// Context and continuation are encoded as one text, so that the border is where the model would see it.
    private static int[] whole(ServedModel model, int[] given, Question question) {
        int[] ids = model.codec().encode(question.context() + question.continuation());
        if (question.context().isEmpty()) {
            int[] led = new int[ids.length + 1];
            led[0] = given[0];
            System.arraycopy(ids, 0, led, 1, ids.length);
            ids = led;
        }
        if (ids.length <= given.length) {
            throw Fault.invalid("CONTINUATION_EMPTY", "continuation", "adds no token to the context: move the border");
        }
        return ids;
    }

    private void led(Batcher.Place place, Sequence sequence, CompletableFuture<SequenceEnd> ended)
            throws InterruptedException {
        place.start(sequence);
        try {
            if (ended.get(patience.toMillis(), TimeUnit.MILLISECONDS) instanceof SequenceEnd.Failed(var fault)) {
                throw fault.toException();
            }
        } catch (TimeoutException | ExecutionException _) {
            throw new Fault.DeadlineExceeded("SCORE_TOO_SLOW", "the score took longer than " + patience, Map.of())
                    .toException();
        } finally {
            sequence.cancel();
        }
    }

    private void record(Caller caller, Question question, ServedModel model, int tokens) {
        AuditEntry entry = AuditEntry.of(caller, "text.scored", model.name().toString(), clock.instant())
                .fact("lane", question.lane().text())
                .fact("tokens", Json.number(tokens));
        for (Map.Entry<String, Digest> digest : model.identity().digests().entrySet()) {
            entry = entry.digest(digest.getKey(), digest.getValue());
        }
        String purpose = model.identity().purpose();
        AuditEntry whole = purpose.isEmpty() ? entry : entry.fact("purpose", purpose);
        unit.run(() -> audit.append(whole));
    }

    /// Chooses what was asked for, and notes how likely each was.
    private static final class Led implements Chooser, Sequence.Listener {
        private final Engine engine;
        private final int vocabularyUsed;
        private final int[] asked;
        private final double[] each;
        private final CompletableFuture<SequenceEnd> ended = new CompletableFuture<>();
        private int next;
        private boolean greedy = true;

        Led(ServedModel model, int[] asked) {
            this.engine = model.engine();
            this.vocabularyUsed = model.codec().vocabularyUsed();
            this.asked = asked;
            this.each = new double[asked.length];
        }

        @Override
        public int next(float[] logits) {
            int token = asked[next];
            each[next++] = engine.odds(logits, token, 0, vocabularyUsed).token().logProbability();
            for (int id = 0; id < Math.min(vocabularyUsed, logits.length); id++) {
                greedy &= logits[id] <= logits[token];
            }
            return token;
        }

        @Override
        public void token(int id) {
            // counted when it was chosen
        }

        @Override
        public void ended(SequenceEnd end) {
            ended.complete(end);
        }

        Score score(ServedModel model) {
            List<ScoredToken> tokens = IntStream.range(0, asked.length)
                    .mapToObj(i -> new ScoredToken(asked[i], model.codec().bytes(asked[i]), each[i]))
                    .toList();
            double sum = 0;
            for (double one : each) {
                sum += one;
            }
            return new Score(sum, tokens, greedy, model.identity().digest("model"));
        }
    }
}
