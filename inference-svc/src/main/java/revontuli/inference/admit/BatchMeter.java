package revontuli.inference.admit;

import java.time.Duration;

/// What is measured at the batch. Called on its thread: must return at once.
public interface BatchMeter {
    /// A sequence got its slot after waiting so long.
    void waited(Duration time);

    /// A sequence drew its first token so long after it was handed in.
    void firstToken(Duration time);

    void tokens(int count);

    /// So many slots more, or fewer, are in use after a step.
    void active(int change);
}
