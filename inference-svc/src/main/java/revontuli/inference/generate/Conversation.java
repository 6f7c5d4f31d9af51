package revontuli.inference.generate;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import revontuli.inference.admit.Batcher;
import revontuli.inference.admit.Sequence;
import revontuli.inference.admit.SequenceEnd;
import revontuli.inference.generate.GenerationRecords.Progress;
import revontuli.inference.generate.Signals.Signal;
import revontuli.inference.model.Lane;
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
    private final TextAssembler text;
    private final StopSequences stops;
    private final TokenTrail trail;
    private final long begin = System.nanoTime();
    private final int promptTokens;
    private final Sequence sequence;
    private final Moderation.Gate gate;
    private @Nullable FinishReason reason;
    private int outputTokens;
    private Duration firstToken = Duration.ZERO;
    private long sentUnits;
    private long releasedIndex;
    private long releasedChars;
    private boolean redacted;
    private long heard = begin;

    /// A generation whose prompt was let through, and the ids its tokens follow.
    @SuppressWarnings("ArrayRecordComponent")
    record Judged(Generation generation, Moderation.Judgement prompt, int[] ids) {}

    /// With whom the conversation is held.
    record Parties(Reader reader, Moderation moderation, GenerationRecords records, Duration patience) {}

    Conversation(Judged judged, Parties parties, Signals signals) {
        this.generation = judged.generation();
        this.prompt = judged.prompt();
        this.promptTokens = judged.ids().length;
        this.trail = new TokenTrail(prompt.opening().salt());
        this.signals = signals;
        this.records = parties.records();
        this.reader = parties.reader();
        this.patience = parties.patience();
        this.text = new TextAssembler(generation.model().codec());
        this.stops = new StopSequences(generation.request().stops());
        this.sequence = new Sequence(
                judged.ids(),
                generation.request().tokensMax(),
                generation.model().facts().endOfText(),
                generation
                        .model()
                        .engine()
                        .chooser(
                                generation.sampling(),
                                generation.model().codec().vocabularyUsed(),
                                judged.ids()),
                signals);
        this.gate = generation.request().lane() == Lane.EVALUATE
                ? new JudgedAfterwards(parties.moderation(), generation.subject(), signals)
                : parties.moderation().open(generation.subject(), signals);
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
            records.admitted(generation, prompt, promptTokens);
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
            Ending ending = untilEnd();
            records.finished(ending, progress(), trail);
            recorded = true;
            reader.last(ending);
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

    private Ending untilEnd() throws Stopped, Reader.Gone, InterruptedException {
        while (true) {
            Signal signal = signals.next(TICK);
            switch (signal) {
                case null -> requireHeard();
                case Signal.Token(var id) -> token(id);
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

    private void token(int id) throws Stopped {
        if (reason != null) {
            return; // drawn before the cancellation took effect
        }
        outputTokens++;
        trail.add(id);
        if (outputTokens == 1) {
            firstToken = since();
        }
        send(stops.append(text.append(id)));
        if (stops.met()) {
            endOutput(FinishReason.STOP);
        }
        requireHeard();
    }

    private void tokensEnded(SequenceEnd end) throws Stopped {
        if (reason != null) {
            return;
        }
        switch (end) {
            case SequenceEnd.EndOfText() -> endOutput(FinishReason.STOP);
            case SequenceEnd.Full() -> endOutput(FinishReason.LENGTH);
            case SequenceEnd.Cancelled() -> throw new Stopped(internal());
            case SequenceEnd.Failed(var why) -> throw new Stopped(why);
        }
    }

    private void endOutput(FinishReason why) {
        sequence.cancel();
        if (!stops.met()) {
            send(stops.append(text.finish()) + stops.finish());
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
        if (!released.text().isEmpty()) {
            reader.text(released.text());
            releasedChars += released.text().length();
        }
    }

    private Ending ending(Verdict verdict, Optional<Opening> opening) throws Stopped {
        boolean refused = generation.request().lane() == Lane.SERVE && verdict.refuses();
        FinishReason finish = refused ? FinishReason.REFUSED : reason;
        if (finish == null) {
            throw safetyLost("the judge ended before the text did");
        }
        return new Ending(
                generation,
                finish,
                refused ? Optional.of(Refusal.ofOutput(verdict)) : Optional.empty(),
                verdict,
                Optional.of(prompt.opening()),
                opening,
                new Usage(promptTokens, outputTokens, firstToken, since()));
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
