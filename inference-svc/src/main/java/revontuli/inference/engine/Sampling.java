package revontuli.inference.engine;

/// How tokens are drawn. Temperature 0 is greedy, top-k 0 and top-p 1 and penalty 1 are off. The same values, seed and
/// prompt give the same tokens.
public record Sampling(double temperature, int topK, double topP, double repetitionPenalty, long seed) {}
