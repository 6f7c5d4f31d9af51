package revontuli.causallm;

/// How many threads one step of a model is worth.
public final class StepThreads {
    /// Below this many parameters a step is many short operations, and waiting for a second thread at the end of each
    /// costs more than it saves.
    private static final long SMALL_PARAMETERS = 16_000_000;

    private StepThreads() {}

    /// One for a small model, else all processors.
    public static int automatic(long parameters, int processors) {
        return parameters < SMALL_PARAMETERS ? 1 : processors;
    }
}
