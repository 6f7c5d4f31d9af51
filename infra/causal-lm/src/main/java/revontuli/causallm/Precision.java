package revontuli.causallm;

/// The element type in which weights are written.
public enum Precision {
    F32,
    /// Rounded to nearest, ties to even.
    BF16
}
