package revontuli.inference.generate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import revontuli.inference.admit.Batcher;
import revontuli.inference.admit.Sequence;
import revontuli.inference.admit.SequenceEnd;
import revontuli.inference.engine.TokenOdds;
import revontuli.inference.generate.GenerationRecords.Progress;
import revontuli.inference.generate.Signals.Signal;
import revontuli.inference.model.Lane;
import revontuli.inference.model.ServedModel;
import revontuli.inference.model.TextDecoder;
import revontuli.platform.fault.Fault;
import revontuli.transparency.receipt.TokenTrail;

/// A generation from its admission until its end is on record: tokens to text, text through the gate, released text
/// to the reader.
///
/// One thread runs it. No text reaches the reader but through the gate; the end reaches the reader only after it is
/// committed. Whatever else happens, the slot is given back and an end is written down.
final class Conversation {
    private static final Duration TICK = Duration.ofMillis(500);
    /// The judge may hold back so much before its silence counts as its loss.
    private static final long HELD_BACK_MAX = 2_048;

    private final Generation generation;
    private final Moderation.Judgement prompt;
    private final Signals signals;
    private final GenerationRecords records;
    private final Reader reader;
    private final Duration patience;
    private final TextDecoder text;
    private final StopSequences stops;
    private final TokenTrail trail;
    private final long begin = System.nanoTime();
    private final BuiltPrompt built;
    private final Likeliest likeliest;
    private final HeldTokens held = new HeldTokens();
    private final Sequence sequence;
    private final Moderation.Gate gate;
    private @Nullable FinishReason reason;
    private int outputTokens;
    private Duration firstToken = Duration.ZERO;
    private long decodedUnits;
    private long sentUnits;
    private long releasedIndex;
    private long releasedChars;
    private boolean redacted;
    private long heard = begin;

    /// A generation whose prompt was let through, and the prompt its tokens follow.
    record Judged(Generation generation, Moderation.Judgement prompt, BuiltPrompt built) {}

    /// With whom the conversation is held.
    record Parties(Reader reader, Moderation moderation, GenerationRecords records, Duration patience) {}

    Conversation(Judged judged, Parties parties, Signals signals) {
        this.generation = judged.generation();
        this.prompt = judged.prompt();
        this.built = judged.built();
        this.trail = new TokenTrail(prompt.opening().salt());
        this.signals = signals;
        this.records = parties.records();
        this.reader = parties.reader();
        this.patience = parties.patience();
        this.text = generation.model().codec().decoder();
        this.stops = new StopSequences(generation.stops(built));
        this.likeliest = new Likeliest(parties.moderation(), generation);
        this.sequence = sequence();
        this.gate = generation.request().lane() == Lane.EVALUATE
                ? new JudgedAfterwards(parties.moderation(), generation.subject(), signals)
                : parties.moderation().open(generation.subject(), signals);
    }

    private Sequence sequence() {
        GenerationRequest request = generation.request();
        ServedModel model = generation.model();
        TokenWatch watch = new TokenWatch(
                model,
                model.engine().chooser(generation.sampling(), model.codec().vocabularyUsed(), built.ids()),
                request.details(),
                signals);
        boolean answer = request.prompt() instanceof PromptSource.Dialogue;
        Sequence made = new Sequence(built.ids(), Math.max(1, request.tokensMax()), model.ends(answer), watch, watch);
        if (request.details().promptOdds().isPresent()) {
            made.watch(watch);
        }
        return made;
    }

    /// Something that ends it without a verdict on the whole.
    private static final class Stopped extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient Fault why;

        Stopped(Fault why) {
            super(why.reason(), null, false, false);
            this.why = why;
        }
    }

    /// Admits, generates, ends.
    void run(Batcher.Place place) throws InterruptedException {
        boolean admitted = false;
        try {
            records.admitted(generation, prompt, built);
            admitted = true;
        } finally {
            if (!admitted) {
                gate.close();
            }
        }
        generate(place);
    }

    private void generate(Batcher.Place place) throws InterruptedException {
        boolean recorded = false;
        try {
            place.start(sequence);
            tellPrompt();
            Ending ending = untilEnd();
            records.finished(ending, progress(), trail);
            recorded = true;
            reader.last(ending);
        } catch (NoVerdict none) { // on what is told besides the text
            recorded = true;
            Fault why = Generator.safetyUnavailable(none.why());
            records.interrupted(generation, why, progress());
            throw why.toException();
        } catch (Stopped stopped) {
            recorded = true;
            records.interrupted(generation, stopped.why, progress());
            throw stopped.why.toException();
        } catch (Reader.Gone _) {
            boolean ended = recorded;
            recorded = true;
            if (!ended) {
                records.cancelled(generation, progress());
            }
        } finally {
            sequence.cancel();
            gate.close();
            if (!recorded) { // a failure that nobody foresaw, or a record that could not be written
                records.interrupted(generation, internal(), progress());
            }
        }
    }

    /// Its tokens alone can be told at once; how likely they were, once they are computed.
    private void tellPrompt() throws Reader.Gone {
        Details details = generation.request().details();
        if (details.prompt() && details.promptOdds().isEmpty()) {
            List<ToldToken> tokens =
                    Arrays.stream(built.ids()).mapToObj(likeliest::plain).toList();
            reader.prompt(new ToldPrompt(built.shown(), tokens));
        }
    }

    private void promptRead(List<TokenOdds> odds) throws Reader.Gone {
        List<ToldToken> tokens = new ArrayList<>();
        tokens.add(likeliest.plain(built.ids()[0]));
        tokens.addAll(likeliest.told(odds));
        reader.prompt(new ToldPrompt(built.shown(), tokens));
    }

    private Ending untilEnd() throws Stopped, Reader.Gone, InterruptedException {
        while (true) {
            Signal signal = signals.next(TICK);
            switch (signal) {
                case null -> requireHeard();
                case Signal.PromptRead(var odds) -> promptRead(odds);
                case Signal.Token(var id, var odds) -> token(new HeldTokens.Drawn(id, odds));
                case Signal.EndToken(var id, var odds) -> endToken(new HeldTokens.Drawn(id, odds));
                case Signal.TokensEnded(var end) -> tokensEnded(end);
                case Signal.Released released -> release(released);
                case Signal.Judged(var verdict, var opening) -> {
                    return ending(verdict, opening);
                }
                case Signal.Lost(var why) -> throw safetyLost(why.why());
                case Signal.Stop(var why) -> throw new Stopped(why);
                case Signal.Gone() -> throw new Reader.Gone();
            }
        }
    }

    private void token(HeldTokens.Drawn token) throws Stopped {
        if (reason != null) {
            return; // drawn before the cancellation took effect
        }
        if (generation.request().tokensMax() == 0) {
            endOutput(FinishReason.LENGTH);
            return;
        }
        outputTokens++;
        trail.add(token.id());
        held.add(token);
        if (outputTokens == 1) {
            firstToken = since();
        }
        String fresh = text.add(token.id());
        decodedUnits += fresh.length();
        if (!text.pending()) {
            held.settle(decodedUnits);
        }
        send(stops.append(fresh));
        if (stops.met()) {
            endOutput(FinishReason.STOP);
        }
        requireHeard();
    }

    /// Told behind the text, where tokens are told at all.
    private void endToken(HeldTokens.Drawn token) {
        if (reason == null && generation.request().tokensMax() > 0) {
            held.add(token);
        }
    }

    private void tokensEnded(SequenceEnd end) throws Stopped {
        if (reason != null) {
            return;
        }
        switch (end) {
            case SequenceEnd.EndOfText() ->
                endOutput(generation.request().tokensMax() == 0 ? FinishReason.LENGTH : FinishReason.STOP);
            case SequenceEnd.Full() -> endOutput(FinishReason.LENGTH);
            case SequenceEnd.Cancelled() -> throw new Stopped(internal());
            case SequenceEnd.Failed(var why) -> throw new Stopped(why);
        }
    }

    private void endOutput(FinishReason why) {
        sequence.cancel();
        if (!stops.met()) {
            String rest = text.finish();
            held.settle(decodedUnits + rest.length());
            send(stops.append(rest) + stops.finish());
        }
        reason = stops.met() ? FinishReason.STOP : why;
        heard = System.nanoTime();
        gate.end();
    }

    private void send(String delta) {
        if (!delta.isEmpty()) {
            sentUnits += delta.length();
            gate.append(delta);
        }
    }

    private void release(Signal.Released released) throws Reader.Gone {
        heard = System.nanoTime();
        releasedIndex = released.index();
        redacted |= released.redacted();
        if (redacted) {
            held.withhold();
        }
        pass(released.text());
    }

    private void pass(String released) throws Reader.Gone {
        List<ToldToken> tokens = told(held.upTo(releasedIndex));
        if (!released.isEmpty() || !tokens.isEmpty()) {
            reader.text(released, tokens);
            releasedChars += released.length();
        }
    }

    private List<ToldToken> told(List<HeldTokens.Drawn> tokens) {
        if (!generation.request().details().output()) {
            return List.of();
        }
        return generation.request().details().outputOdds().isEmpty()
                ? tokens.stream().map(token -> likeliest.plain(token.id())).toList()
                : likeliest.told(
                        tokens.stream().flatMap(token -> token.odds().stream()).toList());
    }

    private Ending ending(Verdict verdict, Optional<Opening> opening) throws Stopped, Reader.Gone {
        boolean refused = generation.request().lane() == Lane.SERVE && verdict.refuses();
        FinishReason finish = refused ? FinishReason.REFUSED : reason;
        if (finish == null) {
            throw safetyLost("the judge ended before the text did");
        }
        if (!refused) {
            pass(""); // tokens without a text of their own
        }
        return new Ending(
                generation,
                finish,
                refused ? Optional.of(Refusal.ofOutput(verdict)) : Optional.empty(),
                verdict,
                Optional.of(prompt.opening()),
                opening,
                new Usage(built.ids().length, outputTokens, firstToken, since()));
    }

    /// Silence of the judge counts once an answer is due.
    private void requireHeard() throws Stopped {
        boolean due = reason != null || sentUnits - releasedIndex > HELD_BACK_MAX;
        if (due && System.nanoTime() - heard > patience.toNanos()) {
            throw safetyLost("the judge was silent for " + patience);
        }
    }

    private Progress progress() {
        return new Progress(releasedChars, outputTokens, redacted);
    }

    private Duration since() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private static Stopped safetyLost(String why) {
        return new Stopped(Generator.safetyUnavailable(why));
    }

    private static Fault internal() {
        return new Fault.Unavailable("INTERNAL", "the generation ended by a failure; try again", Map.of());
    }
}
