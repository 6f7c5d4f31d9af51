package revontuli.inference.djl;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import revontuli.causallm.Checkpoint;
import revontuli.causallm.Compute;
import revontuli.causallm.LanguageModel;
import revontuli.causallm.LogProbabilities;
import revontuli.causallm.ModelConfig;
import revontuli.causallm.PromptLookup;
import revontuli.causallm.Sampler;
import revontuli.inference.engine.Chooser;
import revontuli.inference.engine.Engine;
import revontuli.inference.engine.EngineFacts;
import revontuli.inference.engine.Odds;
import revontuli.inference.engine.Sampling;
import revontuli.inference.engine.TokenOdds;

/// A language model of the causal-lm room as this service's engine.
final class CausalEngine implements Engine {
    private final LanguageModel model;
    private final @Nullable DraftModel draft;
    private final EngineFacts facts;

    /// An engine on a model.
    ///
    /// @param allowed longest sequence that the operator allows
    /// @param draft guesses where the text does not repeat itself; closed with this
    CausalEngine(
            LanguageModel model, Checkpoint checkpoint, int allowed, boolean guessing, @Nullable DraftModel draft) {
        this.model = model;
        this.draft = draft;
        ModelConfig config = checkpoint.config();
        int rowsCheap = guessing ? model.rowsCheap() : 1;
        this.facts = new EngineFacts(
                model.engine(),
                new EngineFacts.Lengths(allowed, checkpoint.trainedPositions(), config.positionsMax()),
                model.maxSequences(),
                LanguageModel.PREFILL_CHUNK,
                rowsCheap,
                checkpoint.endOfText(),
                config.parameters());
    }

    Compute compute() {
        return model.compute();
    }

    @Override
    public EngineFacts facts() {
        return facts;
    }

    @Override
    public float[] prefill(int slot, int[] ids, int from) {
        return model.prefill(slot, ids, from);
    }

    @Override
    public float[][] prefillRows(int slot, int[] ids, int from) {
        return model.prefillRows(slot, ids, from);
    }

    @Override
    public float[][][] decode(int[] slots, int[][] tokens) {
        return model.decode(slots, tokens);
    }

    @Override
    public void copy(int from, int slot, int length) {
        model.copy(from, slot, length);
    }

    @Override
    public void truncate(int slot, int length) {
        model.truncate(slot, length);
    }

    @Override
    public int[] guess(int slot, int[] ids, int length, int most) {
        int[] found = PromptLookup.guess(ids, length, most);
        return found.length > 0 || draft == null ? found : draft.guess(slot, ids, length, most);
    }

    @Override
    public Chooser chooser(Sampling sampling, int vocabularyUsed, int[] prompt) {
        Sampling.Cut cut = sampling.cut();
        Sampling.Penalties penalties = sampling.penalties();
        Sampler sampler = new Sampler(
                new revontuli.causallm.Sampling(
                        sampling.temperature(),
                        new revontuli.causallm.Sampling.Cut(cut.topK(), cut.topP(), cut.minP()),
                        new revontuli.causallm.Sampling.Penalties(
                                penalties.repetition(), penalties.presence(), penalties.frequency()),
                        sampling.bias(),
                        sampling.seed()),
                vocabularyUsed);
        sampler.seen(prompt);
        return sampler::next;
    }

    @Override
    public TokenOdds odds(float[] logits, int token, int count, int vocabularyUsed) {
        LogProbabilities all = new LogProbabilities(logits);
        List<Odds> likeliest = Arrays.stream(all.likeliest(count, vocabularyUsed))
                .mapToObj(id -> new Odds(id, all.of(id)))
                .toList();
        return new TokenOdds(new Odds(token, all.of(token)), likeliest);
    }

    @Override
    public void close() {
        if (draft != null) {
            draft.close();
        }
        model.close();
    }
}
