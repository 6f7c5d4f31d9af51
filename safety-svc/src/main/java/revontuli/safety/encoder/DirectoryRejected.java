package revontuli.safety.encoder;

/// A classifier's directory that must not be used. Trying again with the same bytes gives the same answer.
public final class DirectoryRejected extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    /// @param reason fit for a machine to read, such as `PICKLE_REFUSED`
    /// @param message names file and field, and what to do
    DirectoryRejected(String reason, String message) {
        super(reason + ": " + message);
        this.reason = reason;
    }

    public String reason() {
        return reason;
    }
}
