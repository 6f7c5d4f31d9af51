package revontuli.inference.model;

/// Who may be served by what.
public enum Lane {
    /// Admitted versions only; output is moderated before it is released.
    SERVE,
    /// Candidates for evaluators; output is judged, not withheld.
    EVALUATE;

    public String text() {
        return this == SERVE ? "serve" : "evaluate";
    }
}
