package revontuli.inference.generate;

/// Whoever asked and reads the answer.
public interface Reader {
    /// Passes text on; waits while the reader is slow.
    void text(String released) throws Gone;

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
