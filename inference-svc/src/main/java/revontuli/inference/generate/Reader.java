package revontuli.inference.generate;

import java.util.List;

/// Whoever asked and reads the answer.
public interface Reader {
    /// The prompt, before any text, where it was asked for.
    void prompt(ToldPrompt prompt) throws Gone;

    /// Passes text on, and the tokens that are whole with it, where they were asked for; one of both may be empty.
    /// Waits while the reader is slow.
    void text(String released, List<ToldToken> tokens) throws Gone;

    /// The end: finish reason, receipt, usage.
    void last(Ending ending) throws Gone;

    /// Runs once when the reader goes away or its deadline passes; at once if it has already.
    void onGone(Runnable action);

    boolean gone();

    /// The reader went away.
    final class Gone extends Exception {
        private static final long serialVersionUID = 1L;

        public Gone() {
            super("the reader went away", null, false, false);
        }
    }
}
