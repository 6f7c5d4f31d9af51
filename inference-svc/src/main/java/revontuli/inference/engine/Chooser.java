package revontuli.inference.engine;

/// Chooses the next token of one sequence.
@FunctionalInterface
public interface Chooser {
    int next(float[] logits);
}
