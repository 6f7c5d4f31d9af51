package revontuli.inference.djl;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import revontuli.causallm.AdamW;
import revontuli.causallm.Checkpoint;
import revontuli.causallm.Compute;
import revontuli.causallm.LanguageModel;
import revontuli.causallm.ModelConfig;
import revontuli.causallm.Precision;
import revontuli.causallm.TrainingSession;
import revontuli.inference.FakeSafetyPort;
import revontuli.inference.admit.BatchLimits;
import revontuli.inference.admit.BatchMeter;
import revontuli.inference.admit.Batcher;
import revontuli.inference.admit.Sequence;
import revontuli.inference.admit.SequenceEnd;
import revontuli.inference.engine.Chooser;
import revontuli.inference.engine.Sampling;
import revontuli.inference.engine.TokenOdds;
import revontuli.testkit.Backbone;

/// Guesses change no token and no odds, whatever decides how tokens are drawn.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "inference"))
@QuarkusTestResource(FakeSafetyPort.class)
class SpeculationTest {
    private static final int VOCABULARY = 64;
    private static final ModelConfig CONFIG =
            new ModelConfig(VOCABULARY, 192, 2, 4, 32, 64, ModelConfig.Activation.GELU_TANH, 1e-5);
    private static final Sampling.Cut ALL = new Sampling.Cut(0, 1, 0);
    private static final Sampling.Penalties OFF = new Sampling.Penalties(1, 0, 0);
    /// Makes the text repeat itself, so that there is something to guess.
    private static final Map<Integer, Float> FEW = Map.of(7, 9f, 8, 8f, 9, 7f, 10, -100f);

    private static final List<Sampling> SETTINGS = List.of(
            new Sampling(0, ALL, OFF, Map.of(), 1),
            new Sampling(0, ALL, new Sampling.Penalties(1.2, 0.4, 0.2), FEW, 2),
            new Sampling(0.7, ALL, OFF, FEW, 3),
            new Sampling(0.7, new Sampling.Cut(12, 0.97, 0.05), OFF, FEW, 4),
            new Sampling(0.5, new Sampling.Cut(0, 1, 0.2), new Sampling.Penalties(1.1, 0, 0), FEW, 5),
            new Sampling(0.6, ALL, new Sampling.Penalties(1, 0.5, 0), FEW, 6),
            new Sampling(0.6, new Sampling.Cut(0, 0.9, 0), new Sampling.Penalties(1, -0.5, 0.05), FEW, 7));

    /// What one sequence drew.
    private record Drawn(List<Integer> ids, List<TokenOdds> odds) {}

    @Test
    void everySettingDrawsTheSameWithGuessesAndWithout(@TempDir Path folder) throws Exception {
        try (TrainingSession session = TrainingSession.random(CONFIG, 7, AdamW.DEFAULT, 1)) {
            session.export(folder, Precision.F32, OptionalInt.of(0));
        }
        Checkpoint checkpoint = Checkpoint.open(folder);
        for (Compute compute : List.of(Compute.F32, Compute.INT8)) {
            AtomicInteger offered = new AtomicInteger();
            AtomicInteger right = new AtomicInteger();
            List<Drawn> with = run(checkpoint, compute, true, null, offered, right);
            List<Drawn> without = run(checkpoint, compute, false, null, new AtomicInteger(), new AtomicInteger());

            assertThat(with).as(compute.text()).isEqualTo(without);
            assertThat(right.get())
                    .as("right of %d guesses", offered.get())
                    .isPositive()
                    .isLessThan(offered.get());
        }
    }

    /// A draft that is the model itself guesses every greedy token; one with other weights is mostly wrong. Tokens
    /// are the same with both.
    @Test
    void aDraftModelChangesNoTokenEither(@TempDir Path folder, @TempDir Path other) throws Exception {
        try (TrainingSession session = TrainingSession.random(CONFIG, 7, AdamW.DEFAULT, 1)) {
            session.export(folder, Precision.F32, OptionalInt.of(0));
        }
        try (TrainingSession session = TrainingSession.random(CONFIG, 8, AdamW.DEFAULT, 1)) {
            session.export(other, Precision.F32, OptionalInt.of(0));
        }
        Checkpoint checkpoint = Checkpoint.open(folder);
        List<Drawn> without = run(checkpoint, Compute.F32, false, null, new AtomicInteger(), new AtomicInteger());
        for (Path weights : List.of(folder, other)) {
            LanguageModel small =
                    LanguageModel.open(Checkpoint.open(weights), 2, CONFIG.positionsMax(), 1, Compute.F32);
            AtomicInteger offered = new AtomicInteger();
            AtomicInteger right = new AtomicInteger();

            List<Drawn> with = run(checkpoint, Compute.F32, true, new DraftModel(small), offered, right);

            assertThat(with).isEqualTo(without);
            assertThat(offered.get()).isPositive();
        }
    }

    @Test
    void theModelAsItsOwnDraftIsAlwaysRight(@TempDir Path folder) throws Exception {
        try (TrainingSession session = TrainingSession.random(CONFIG, 7, AdamW.DEFAULT, 1)) {
            session.export(folder, Precision.F32, OptionalInt.of(0));
        }
        Checkpoint checkpoint = Checkpoint.open(folder);
        int[] text = IntStream.range(0, 150).map(i -> (i * i + 3) % VOCABULARY).toArray();
        try (LanguageModel model = LanguageModel.open(checkpoint, 1, CONFIG.positionsMax(), 1);
                DraftModel draft =
                        new DraftModel(LanguageModel.open(checkpoint, 2, CONFIG.positionsMax(), 1, Compute.F32))) {
            // grows by one, changes its end, is another text, reaches the end of the table
            for (int length : new int[] {70, 71, 76, 75, 150, 20, 21}) {
                int[] ids = Arrays.copyOf(text, 192);
                if (length == 75) {
                    ids[72] = 1;
                }
                int[] expected = new int[4];
                float[] logits = model.prefill(0, Arrays.copyOf(ids, length), 0);
                for (int i = 0; i < expected.length; i++) {
                    expected[i] = likeliest(logits);
                    logits = model.decode(new int[] {0}, new int[] {expected[i]})[0];
                }
                assertThat(draft.guess(1, ids, length, 7)).as("%d ids", length).containsExactly(expected);
                assertThat(draft.guess(1, ids, length, 2)).containsExactly(expected[0], expected[1]);
            }
            assertThat(draft.guess(1, Arrays.copyOf(text, 192), 192, 7)).hasSize(1);
            assertThat(draft.guess(1, Arrays.copyOf(text, 193), 193, 7)).isEmpty();
        }
    }

    private static int likeliest(float[] logits) {
        return IntStream.range(0, logits.length).reduce(0, (best, i) -> logits[i] > logits[best] ? i : best);
    }

    private static List<Drawn> run(
            Checkpoint checkpoint,
            Compute compute,
            boolean guessing,
            @Nullable DraftModel draft,
            AtomicInteger offered,
            AtomicInteger right)
            throws Exception {
        LanguageModel model = LanguageModel.open(checkpoint, 2, CONFIG.positionsMax(), 1, compute);
        BatchMeter meter = new BatchMeter() {
            @Override
            public void guessed(int ids, int ofThese) {
                offered.addAndGet(ids);
                right.addAndGet(ofThese);
            }
        };
        List<Drawn> drawn = new ArrayList<>();
        try (CausalEngine engine = new CausalEngine(model, checkpoint, CONFIG.positionsMax(), guessing, draft);
                Batcher batcher =
                        new Batcher("speculation", engine, new BatchLimits(4, 4, Duration.ofSeconds(30)), meter)) {
            for (Sampling sampling : SETTINGS) {
                drawn.add(one(engine, batcher, sampling));
            }
        }
        return drawn;
    }

    private static Drawn one(CausalEngine engine, Batcher batcher, Sampling sampling) throws Exception {
        int[] prompt = IntStream.range(0, 20).map(i -> 5 + i % 5).toArray();
        Chooser chooser = engine.chooser(sampling, VOCABULARY, prompt);
        Drawn drawn = new Drawn(new ArrayList<>(), new ArrayList<>());
        CompletableFuture<SequenceEnd> end = new CompletableFuture<>();
        Chooser watched = logits -> {
            int token = chooser.next(logits);
            drawn.odds().add(engine.odds(logits, token, 3, VOCABULARY));
            return token;
        };
        try (Batcher.Place place = batcher.reserve("tenant")) {
            place.start(new Sequence(prompt, 60, Set.of(), watched, new Sequence.Listener() {
                @Override
                public void token(int id) {
                    drawn.ids().add(id);
                }

                @Override
                public void ended(SequenceEnd why) {
                    end.complete(why);
                }
            }));
            assertThat(end.get(60, TimeUnit.SECONDS)).isEqualTo(new SequenceEnd.Full());
        }
        assertThat(drawn.ids()).hasSize(60);
        return drawn;
    }
}
