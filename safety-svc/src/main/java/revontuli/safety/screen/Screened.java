package revontuli.safety.screen;

/// A verdict and the text that may go on by it: the original, the redacted one, or nothing.
public record Screened(Verdict verdict, String text) {}
