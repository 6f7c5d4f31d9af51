package revontuli.inference.djl;

import java.util.OptionalInt;
import revontuli.causallm.LanguageModel;
import revontuli.causallm.ModelConfig;
import revontuli.causallm.PromptLookup;
import revontuli.causallm.Sampler;
import revontuli.inference.engine.Chooser;
import revontuli.inference.engine.Engine;
import revontuli.inference.engine.EngineFacts;
import revontuli.inference.engine.Sampling;

/// A language model of the causal-lm room as this service's engine.
final class CausalEngine implements Engine {
    /// Measured for int8; f32 and bf16 steps have eight rows in any case.
    private static final int ROWS_CHEAP = 8;

    private final LanguageModel model;
    private final EngineFacts facts;

    CausalEngine(LanguageModel model, ModelConfig config, OptionalInt endOfText, boolean guessing) {
        this.model = model;
        int rowsCheap = guessing ? ROWS_CHEAP : 1;
        this.facts = new EngineFacts(
                model.engine(),
                model.maxPositions(),
                model.maxSequences(),
                LanguageModel.PREFILL_CHUNK,
                rowsCheap,
                endOfText,
                config.parameters());
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
    public int[] guess(int[] ids, int length, int most) {
        return PromptLookup.guess(ids, length, most);
    }

    @Override
    public Chooser chooser(Sampling sampling, int vocabularyUsed, int[] prompt) {
        Sampler sampler = new Sampler(
                new revontuli.causallm.Sampling(
                        sampling.temperature(),
                        sampling.topK(),
                        sampling.topP(),
                        sampling.repetitionPenalty(),
                        sampling.seed()),
                vocabularyUsed);
        sampler.seen(prompt);
        return sampler::next;
    }

    @Override
    public double logProbability(float[] logits, int token) {
        return Sampler.logProbability(logits, token);
    }

    @Override
    public void close() {
        model.close();
    }
}
