package revontuli.safety.text;

/// One reading of a text. In `literal` views letters and digits are as written, so that checksums mean something there.
public record View(String name, MappedText text, boolean literal) {}
