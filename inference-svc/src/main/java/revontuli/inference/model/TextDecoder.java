package revontuli.inference.model;

/// Turns ids into text as they come, and never passes on part of a character. One thread at a time.
public interface TextDecoder {
    /// Text that is complete with this id; may be empty.
    String add(int id);

    /// Whether part of a character is held back.
    boolean pending();

    /// What is left when no id follows: an unfinished character shows as U+FFFD.
    String finish();
}
