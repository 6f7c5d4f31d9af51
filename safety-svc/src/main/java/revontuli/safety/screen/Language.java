package revontuli.safety.screen;

/// A language for which a policy may set thresholds.
public enum Language {
    EN("en"),
    FI("fi"),
    HI("hi"),
    JA("ja"),
    VI("vi"),
    CODE("code"),
    UNKNOWN("und");

    private final String id;

    Language(String id) {
        this.id = id;
    }

    /// The name in policies and verdicts.
    public String id() {
        return id;
    }
}
