package revontuli.transparency.json;

/// Text or bytes that do not say exactly what they must. The message names the field and what is expected, never the
/// whole input, so that it may be shown and logged.
public final class MalformedException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public MalformedException(String message) {
        super(message);
    }
}
