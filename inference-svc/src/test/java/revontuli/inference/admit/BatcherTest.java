package revontuli.inference.admit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
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
    private static final Sampling GREEDY = new Sampling(0, 0, 1, 1, 0);
    private static final int SLOTS = 4;

    private final AtomicInteger active = new AtomicInteger();
    private final List<Batcher> open = new ArrayList<>();

    @AfterEach
    void close() {
        open.forEach(Batcher::close);
    }

    private Batcher batcher(Engine engine, int waitingMax, Duration waitMax) {
        Batcher batcher = new Batcher("test", engine, new BatchLimits(waitingMax, waitMax), new BatchMeter() {
            @Override
            public void waited(Duration time) {}

            @Override
            public void firstToken(Duration time) {}

            @Override
            public void tokens(int count) {}

            @Override
            public void active(int change) {
                active.addAndGet(change);
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
                prompt, outputMax, OptionalInt.of(0), engine.chooser(GREEDY, ByteTokenizer.VOCABULARY, prompt), heard);
    }

    @Test
    void moreSequencesThanSlotsAllSayTheirTextWhole() throws Exception {
        Engine engine = new ScriptedEngine("all of it", false, 0, 256);
        Batcher batcher = batcher(engine, 32, Duration.ofSeconds(10));
        List<Heard> heard = new ArrayList<>();

        for (int i = 0; i < 24; i++) {
            Heard one = new Heard();
            heard.add(one);
            batcher.reserve().start(sequence(engine, 1 + i * 5, 100, one));
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

        batcher.reserve().start(sequence(engine, 4, 7, byLength));
        batcher.reserve().start(sequence(engine, 60, 100, byPositions));

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
            batcher.reserve().start(running.getLast());
        }
        Heard next = new Heard();
        batcher.reserve().start(sequence(engine, 3, 5, next));

        running.getFirst().cancel();

        assertThat(heard.getFirst().end()).isEqualTo(new SequenceEnd.Cancelled());
        assertThat(next.end()).isEqualTo(new SequenceEnd.Full());
        running.forEach(Sequence::cancel);
        for (Heard one : heard) {
            assertThat(one.end()).isEqualTo(new SequenceEnd.Cancelled());
        }
    }

    @Test
    void whoWaitsTooLongIsToldSo() throws Exception {
        Engine engine = new ScriptedEngine("x", true, 1_000_000, 100_000);
        Batcher batcher = batcher(engine, 8, Duration.ofMillis(50));
        for (int i = 0; i < SLOTS; i++) {
            batcher.reserve().start(sequence(engine, 3, 50_000, new Heard()));
        }
        Heard late = new Heard();

        batcher.reserve().start(sequence(engine, 3, 5, late));

        assertThat(late.end()).isInstanceOfSatisfying(SequenceEnd.Failed.class, failed -> assertThat(
                        failed.fault().reason())
                .isEqualTo("QUEUE_FULL"));
    }

    @Test
    void placesAreBoundedAndComeBack() {
        Batcher batcher = batcher(new ScriptedEngine("x", false, 0, 64), 1, Duration.ofSeconds(1));
        List<Batcher.Place> places = new ArrayList<>();
        for (int i = 0; i < SLOTS + 1; i++) {
            places.add(batcher.reserve());
        }

        assertThatThrownBy(batcher::reserve).isInstanceOfSatisfying(FaultException.class, failure -> assertThat(
                        failure.fault().reason())
                .isEqualTo("QUEUE_FULL"));
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
                OptionalInt.empty(),
                logits -> {
                    throw new IllegalStateException("broken");
                },
                failing);

        batcher.reserve().start(bad);
        assertThat(failing.end()).isInstanceOf(SequenceEnd.Failed.class);
        Heard good = new Heard();
        batcher.reserve().start(sequence(engine, 3, 10, good));

        assertThat(good.end()).isEqualTo(new SequenceEnd.EndOfText());
    }

    @Test
    void closedBatchEndsWhatIsLeft() throws Exception {
        Engine engine = new ScriptedEngine("x", true, 1_000_000, 100_000);
        Batcher batcher = batcher(engine, 8, Duration.ofSeconds(10));
        Heard left = new Heard();
        Batcher.Place late = batcher.reserve();
        batcher.reserve().start(sequence(engine, 3, 50_000, left));

        batcher.close();

        Heard tooLate = new Heard();
        late.start(sequence(engine, 3, 5, tooLate));
        assertThat(left.end()).isInstanceOf(SequenceEnd.Failed.class);
        assertThat(tooLate.end()).isInstanceOf(SequenceEnd.Failed.class);
        assertThat(active).hasValue(0);
    }
}
