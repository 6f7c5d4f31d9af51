package revontuli.safety.screen;

/// The shipped screener, made once for all tests.
final class Screening {
    static final Screener SHIPPED = Screener.shipped();

    private Screening() {}
}
