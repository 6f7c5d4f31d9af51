package revontuli.cli.stack;

/// What a run on the Java machine does about AOT caches, besides using those that are there.
public enum AotUse {
    /// Nothing.
    ONLY_USE,
    /// Takes down what the services load; the caches are made while the next run serves.
    RECORD,
    /// The same, and makes the caches before the run ends.
    RECORD_AND_MAKE
}
