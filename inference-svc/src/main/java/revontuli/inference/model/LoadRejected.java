package revontuli.inference.model;

import java.util.Map;

/// Files that cannot be loaded, whoever signed for them. Trying again with the same bytes gives the same answer.
public final class LoadRejected extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;
    private final transient Map<String, String> details;

    /// What is wrong with the files.
    ///
    /// @param reason UPPER_SNAKE_CASE, such as TENSOR_MISSING
    /// @param details where, expected, found
    public LoadRejected(String reason, String message, Map<String, String> details) {
        super(message);
        this.reason = reason;
        this.details = Map.copyOf(details);
    }

    public String reason() {
        return reason;
    }

    public Map<String, String> details() {
        return details;
    }
}
