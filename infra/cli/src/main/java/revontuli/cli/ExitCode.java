package revontuli.cli;

/// What the exit code of every verb means.
public final class ExitCode {
    public static final int OK = 0;
    /// Refused, failed, or the answer is no.
    public static final int REFUSED = 1;
    /// The command line itself is wrong.
    public static final int USAGE = 2;
    /// The stack is not running or does not answer.
    public static final int UNAVAILABLE = 3;

    private ExitCode() {}
}
