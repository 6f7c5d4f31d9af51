package revontuli.inference.admit;

import java.time.Duration;

/// What is measured at the batch. Called on its thread: must return at once.
public interface BatchMeter {
    /// Measures nothing.
    BatchMeter NONE = new BatchMeter() {};

    /// A sequence got its slot after waiting so long.
    default void waited(Duration time) {}

    /// A sequence drew its first token so long after it was handed in.
    default void firstToken(Duration time) {}

    /// A sequence drew a further token so long after the one before.
    default void nextToken(Duration time) {}

    default void tokens(int count) {}

    /// A prompt of so many ids began in a slot that held so many of them already.
    default void prompt(int ids, int reused) {}

    /// A step decoded for so many sequences.
    default void batch(int sequences) {}

    /// So many ids were guessed for a step, and so many of them were right.
    default void guessed(int offered, int right) {}

    /// So many slots more, or fewer, are in use after a step.
    default void active(int change) {}

    /// So many positions more, or fewer, are filled after a step.
    default void positions(int change) {}
}
