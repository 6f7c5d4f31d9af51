package revontuli.safety.policy;

/// What is done with a text, from mild to strict: of two actions the later one wins.
public enum Action {
    ALLOW("allow"),
    REDACT("redact"),
    REVIEW("review"),
    BLOCK("block");

    private final String id;

    Action(String id) {
        this.id = id;
    }

    public String id() {
        return id;
    }

    public boolean stricterThan(Action other) {
        return compareTo(other) > 0;
    }
}
