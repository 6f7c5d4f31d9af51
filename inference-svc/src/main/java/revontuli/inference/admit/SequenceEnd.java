package revontuli.inference.admit;

import revontuli.platform.fault.Fault;

/// Why a sequence left the batch.
public sealed interface SequenceEnd {
    /// The model drew its end-of-text token, which is not passed on.
    record EndOfText() implements SequenceEnd {}

    /// The tokens asked for, or the model's positions, are used up.
    record Full() implements SequenceEnd {}

    record Cancelled() implements SequenceEnd {}

    record Failed(Fault fault) implements SequenceEnd {}
}
