package revontuli.inference.engine;

/// How likely a token was: a natural logarithm under the plain softmax of the logits.
public record Odds(int id, double logProbability) {}
