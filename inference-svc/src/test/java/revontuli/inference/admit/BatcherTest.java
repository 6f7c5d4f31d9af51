package revontuli.inference.admit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import revontuli.inference.ByteTokenizer;
import revontuli.inference.ScriptedEngine;
import revontuli.inference.engine.Engine;
import revontuli.inference.engine.Sampling;
import revontuli.platform.fault.FaultException;

class BatcherTest {
    private static final Sampling GREEDY =
            new Sampling(0, new Sampling.Cut(0, 1, 0), new Sampling.Penalties(1, 0, 0), Map.of(), 0);
    private static final int SLOTS = 4;

    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger positions = new AtomicInteger();
    private final AtomicInteger reused = new AtomicInteger();
    private final AtomicInteger rightGuesses = new AtomicInteger();
    private final List<Batcher> open = new ArrayList<>();

    @AfterEach
    void close() {
        open.forEach(Batcher::close);
    }

    private Batcher batcher(Engine engine, int waitingMax, Duration waitMax) {
        BatchLimits limits = new BatchLimits(waitingMax, waitingMax, waitMax);
        return batcher(engine, limits);
    }

    private Batcher batcher(Engine engine, BatchLimits limits) {
        Batcher batcher = new Batcher("test", engine, limits, new BatchMeter() {
            @Override
            public void active(int change) {
                active.addAndGet(change);
            }

            @Override
            public void positions(int change) {
                positions.addAndGet(change);
            }

            @Override
            public void prompt(int ids, int ofThese) {
                reused.addAndGet(ofThese);
            }

            @Override
            public void guessed(int offered, int right) {
                rightGuesses.addAndGet(right);
            }
        });
        open.add(batcher);
        return batcher;
    }

    /// Collects what a sequence says.
    private static final class Heard implements Sequence.Listener {
        private final List<Integer> ids = new CopyOnWriteArrayList<>();
        private final CompletableFuture<SequenceEnd> end = new CompletableFuture<>();

        @Override
        public void token(int id) {
            ids.add(id);
        }

        @Override
        public void ended(SequenceEnd why) {
            end.complete(why);
        }

        SequenceEnd end() throws Exception {
            return end.get(10, TimeUnit.SECONDS);
        }
    }

    private static Sequence sequence(Engine engine, int promptLength, int outputMax, Heard heard) {
        int[] prompt = ByteTokenizer.ids("p".repeat(promptLength));
        return new Sequence(
                prompt, outputMax, Set.of(0), engine.chooser(GREEDY, ByteTokenizer.VOCABULARY, prompt), heard);
    }

    @Test
    void moreSequencesThanSlotsAllSayTheirTextWhole() throws Exception {
        Engine engine = new ScriptedEngine("all of it", false, 0, 256);
        Batcher batcher = batcher(engine, 32, Duration.ofSeconds(10));
        List<Heard> heard = new ArrayList<>();

        for (int i = 0; i < 24; i++) {
            Heard one = new Heard();
            heard.add(one);
            batcher.reserve("a").start(sequence(engine, 1 + i * 5, 100, one));
        }

        for (Heard one : heard) {
            assertThat(one.end()).isEqualTo(new SequenceEnd.EndOfText());
            assertThat(one.ids.stream().mapToInt(Integer::intValue).toArray())
                    .isEqualTo(ByteTokenizer.ids("all of it"));
        }
    }

    @Test
    void lengthAndPositionsEndASequence() throws Exception {
        Engine engine = new ScriptedEngine("x", true, 0, 64);
        Batcher batcher = batcher(engine, 8, Duration.ofSeconds(10));
        Heard byLength = new Heard();
        Heard byPositions = new Heard();

        batcher.reserve("a").start(sequence(engine, 4, 7, byLength));
        batcher.reserve("a").start(sequence(engine, 60, 100, byPositions));

        assertThat(byLength.end()).isEqualTo(new SequenceEnd.Full());
        assertThat(byLength.ids).hasSize(7);
        assertThat(byPositions.end()).isEqualTo(new SequenceEnd.Full());
        assertThat(byPositions.ids).hasSize(4);
    }

    @Test
    void cancelledSequenceLeavesAndTheNextOneGetsItsSlot() throws Exception {
        Engine engine = new ScriptedEngine("x", true, 1_000_000, 100_000);
        Batcher batcher = batcher(engine, 8, Duration.ofSeconds(10));
        List<Sequence> running = new ArrayList<>();
        List<Heard> heard = new ArrayList<>();
        for (int i = 0; i < SLOTS; i++) {
            Heard one = new Heard();
            heard.add(one);
            running.add(sequence(engine, 3, 50_000, one));
            batcher.reserve("a").start(running.getLast());
        }
        Heard next = new Heard();
        batcher.reserve("a").start(sequence(engine, 3, 5, next));

        running.getFirst().cancel();

        assertThat(heard.getFirst().end()).isEqualTo(new SequenceEnd.Cancelled());
        assertThat(next.end()).isEqualTo(new SequenceEnd.Full());
        running.forEach(Sequence::cancel);
        for (Heard one : heard) {
            assertThat(one.end()).isEqualTo(new SequenceEnd.Cancelled());
        }
    }

    /// Three prompts that wait while a step runs: the short ones share a piece of sixteen, the long one gets its own.
    @Test
    void shortPromptsAreFilledTogetherAndALongOneAlone() throws Exception {
        ScriptedEngine engine = new ScriptedEngine("x", true, 200_000_000, 256);
        Batcher batcher = batcher(engine, 8, Duration.ofSeconds(10));
        Sequence first = sequence(engine, 4, 200, new Heard());
        batcher.reserve("a").start(first);
        while (!engine.calls().contains("decode 1")) {
            Thread.sleep(1);
        }
        Heard last = new Heard();
        batcher.reserve("a").start(sequence(engine, 8, 200, new Heard()));
        batcher.reserve("a").start(sequence(engine, 8, 200, new Heard()));
        batcher.reserve("a").start(sequence(engine, 32, 1, last));

        last.end();

        assertThat(engine.calls())
                .containsSubsequence(
                        "fill 4", "decode 1", "fill 8", "fill 8", "decode 3", "fill 16", "decode 3", "fill 16")
                .doesNotContain("decode 2");
    }

    @Test
    void whoWaitsTooLongIsToldSo() throws Exception {
        Engine engine = new ScriptedEngine("x", true, 1_000_000, 100_000);
        Batcher batcher = batcher(engine, 8, Duration.ofMillis(50));
        for (int i = 0; i < SLOTS; i++) {
            batcher.reserve("a").start(sequence(engine, 3, 50_000, new Heard()));
        }
        Heard late = new Heard();

        batcher.reserve("a").start(sequence(engine, 3, 5, late));

        assertThat(late.end()).isInstanceOfSatisfying(SequenceEnd.Failed.class, failed -> assertThat(
                        failed.fault().reason())
                .isEqualTo("QUEUE_FULL"));
    }

    @Test
    void placesAreBoundedAndComeBack() {
        Batcher batcher = batcher(new ScriptedEngine("x", false, 0, 64), 1, Duration.ofSeconds(1));
        List<Batcher.Place> places = new ArrayList<>();
        for (int i = 0; i < SLOTS + 1; i++) {
            places.add(batcher.reserve("a"));
        }

        assertThatThrownBy(() -> batcher.reserve("a"))
                .isInstanceOfSatisfying(
                        FaultException.class,
                        failure -> assertThat(failure.fault().reason()).isEqualTo("QUEUE_FULL"));
        places.getFirst().close();
        places.getFirst().close();
        assertThat(batcher.load()).isEqualTo(SLOTS);
    }

    @Test
    void failedStepEndsItsSequencesAndTheBatchGoesOn() throws Exception {
        Engine engine = new ScriptedEngine("text", false, 0, 64);
        Batcher batcher = batcher(engine, 8, Duration.ofSeconds(10));
        Heard failing = new Heard();
        Sequence bad = new Sequence(
                new int[] {1},
                5,
                Set.of(),
                logits -> {
                    throw new IllegalStateException("broken");
                },
                failing);

        batcher.reserve("a").start(bad);
        assertThat(failing.end()).isInstanceOf(SequenceEnd.Failed.class);
        Heard good = new Heard();
        batcher.reserve("a").start(sequence(engine, 3, 10, good));

        assertThat(good.end()).isEqualTo(new SequenceEnd.EndOfText());
    }

    @Test
    void closedBatchEndsWhatIsLeft() throws Exception {
        Engine engine = new ScriptedEngine("x", true, 1_000_000, 100_000);
        Batcher batcher = batcher(engine, 8, Duration.ofSeconds(10));
        Heard left = new Heard();
        Batcher.Place late = batcher.reserve("a");
        batcher.reserve("a").start(sequence(engine, 3, 50_000, left));

        batcher.close();

        Heard tooLate = new Heard();
        late.start(sequence(engine, 3, 5, tooLate));
        assertThat(left.end()).isInstanceOf(SequenceEnd.Failed.class);
        assertThat(tooLate.end()).isInstanceOf(SequenceEnd.Failed.class);
        assertThat(active).hasValue(0);
    }

    @Test
    void prefixOfTheSameTenantIsNotComputedAgain() throws Exception {
        ScriptedEngine engine = new ScriptedEngine("text", false, 0, 256);
        Batcher batcher = batcher(engine, 8, Duration.ofSeconds(10));

        for (int i = 0; i < 2; i++) {
            Heard heard = new Heard();
            batcher.reserve("a").start(sequence(engine, 50, 10, heard));
            assertThat(heard.end()).isEqualTo(new SequenceEnd.EndOfText());
            assertThat(heard.ids).hasSize(4);
        }
        assertThat(reused).as("three whole pieces of sixteen").hasValue(48);
        assertThat(engine.filledIds()).isEqualTo(52);

        Heard other = new Heard();
        batcher.reserve("b").start(sequence(engine, 50, 10, other));
        other.end();
        assertThat(reused).as("nothing of another tenant").hasValue(48);
    }

    @Test
    void watchedPromptIsComputedWholeAndSeenWhole() throws Exception {
        ScriptedEngine engine = new ScriptedEngine("text", false, 0, 256);
        Batcher batcher = batcher(engine, 8, Duration.ofSeconds(10));
        Heard before = new Heard();
        batcher.reserve("a").start(sequence(engine, 50, 10, before));
        before.end();
        List<Integer> seen = new CopyOnWriteArrayList<>();
        Heard heard = new Heard();
        Sequence watched = sequence(engine, 50, 10, heard);
        watched.watch(new Sequence.PromptWatch() {
            @Override
            public void promptToken(int id, float[] logits) {
                seen.add(id);
            }

            @Override
            public void promptRead() {
                seen.add(-1);
            }
        });

        batcher.reserve("a").start(watched);

        assertThat(heard.end()).isEqualTo(new SequenceEnd.EndOfText());
        assertThat(heard.ids).isEqualTo(before.ids);
        assertThat(seen).hasSize(50).endsWith(-1).startsWith('p' + 1);
        assertThat(reused).hasValue(0);
    }

    @Test
    void prefixOfARunningSequenceIsCopied() throws Exception {
        ScriptedEngine engine = new ScriptedEngine("x", true, 1_000_000, 100_000);
        Batcher batcher = batcher(engine, 8, Duration.ofSeconds(10));
        Heard running = new Heard();
        Sequence first = sequence(engine, 40, 50_000, running);
        batcher.reserve("a").start(first);
        while (running.ids.isEmpty()) {
            Thread.sleep(1);
        }
        Heard second = new Heard();

        batcher.reserve("a").start(sequence(engine, 40, 3, second));

        assertThat(second.end()).isEqualTo(new SequenceEnd.Full());
        assertThat(reused).hasValue(32);
        first.cancel();
        assertThat(running.end()).isEqualTo(new SequenceEnd.Cancelled());
    }

    @Test
    void guessesChangeNothingButTheNumberOfSteps() throws Exception {
        Engine engine = new ScriptedEngine("abababababababababab", false, 0, 256).guessing();
        Batcher batcher = batcher(engine, 8, Duration.ofSeconds(10));
        Heard heard = new Heard();

        batcher.reserve("a").start(sequence(engine, 5, 100, heard));

        assertThat(heard.end()).isEqualTo(new SequenceEnd.EndOfText());
        assertThat(heard.ids.stream().mapToInt(Integer::intValue).toArray())
                .isEqualTo(ByteTokenizer.ids("abababababababababab"));
        assertThat(rightGuesses.get()).isPositive();
    }

    @Test
    void tenantsTakeTurns() throws Exception {
        Engine engine = new ScriptedEngine("x", true, 1_000_000, 100_000);
        Batcher batcher = batcher(engine, 64, Duration.ofSeconds(20));
        List<Sequence> holding = new ArrayList<>();
        for (int i = 0; i < SLOTS; i++) {
            holding.add(sequence(engine, 3, 50_000, new Heard()));
            batcher.reserve("busy").start(holding.getLast());
        }
        List<Heard> busy = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            busy.add(new Heard());
            batcher.reserve("busy").start(sequence(engine, 3, 20, busy.getLast()));
        }
        Heard quiet = new Heard();
        batcher.reserve("quiet").start(sequence(engine, 3, 20, quiet));

        holding.getFirst().cancel();

        quiet.end();
        assertThat(busy.stream().filter(one -> one.end.isDone())).hasSizeLessThan(4);
        holding.forEach(Sequence::cancel);
        for (Heard one : busy) {
            assertThat(one.end()).isEqualTo(new SequenceEnd.Full());
        }
    }

    @Test
    void oneTenantDoesNotTakeAllPlaces() {
        Engine engine = new ScriptedEngine("x", false, 0, 64);
        Batcher batcher = batcher(engine, new BatchLimits(8, 2, Duration.ofSeconds(1)));
        for (int i = 0; i < SLOTS + 2; i++) {
            batcher.reserve("greedy");
        }

        assertThatThrownBy(() -> batcher.reserve("greedy")).isInstanceOf(FaultException.class);
        batcher.reserve("other").close();
    }

    @Test
    void textWithoutNumbersEndsAlone() throws Exception {
        ScriptedEngine engine = new ScriptedEngine("text", false, 2_000_000, 64).withoutNumbersFor(33);
        Batcher batcher = batcher(engine, 8, Duration.ofSeconds(10));
        Heard good = new Heard();
        Heard bad = new Heard();
        batcher.reserve("a").start(sequence(engine, 3, 10, good));

        batcher.reserve("b").start(sequence(engine, 33, 10, bad));

        assertThat(bad.end()).isInstanceOfSatisfying(SequenceEnd.Failed.class, failed -> assertThat(
                        failed.fault().reason())
                .isEqualTo("LOGITS_NOT_FINITE"));
        assertThat(good.end()).isEqualTo(new SequenceEnd.EndOfText());
        batcher.close();
        assertThat(positions).hasValue(0);
    }
}
