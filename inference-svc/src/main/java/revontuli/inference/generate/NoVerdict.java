package revontuli.inference.generate;

/// There is no verdict to be had: the judge is away, slow, or says what cannot be. The answer is always a refusal.
public final class NoVerdict extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Says why there is none.
    ///
    /// @param why one line without any text of users
    public NoVerdict(String why) {
        super(why, null, false, false);
    }

    public String why() {
        return String.valueOf(getMessage());
    }
}
