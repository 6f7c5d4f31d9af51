package revontuli.safety.encoder;

/// The functions between the layers, the same on every machine.
final class Activation {
    private static final double ROOT_TWO_OVER_PI = Math.sqrt(2 / Math.PI);

    private Activation() {}

    static void apply(String name, float[] values) {
        for (int i = 0; i < values.length; i++) {
            float x = values[i];
            values[i] = switch (name) {
                case "relu" -> Math.max(0, x);
                case "gelu" -> (float) (0.5 * x * (1 + erf(x / Math.sqrt(2))));
                default ->
                    (float) (0.5 * x * (1 + StrictMath.tanh(ROOT_TWO_OVER_PI * (x + 0.044715 * (double) x * x * x))));
            };
        }
    }

    /// The error function: a series near zero, a continued fraction further out; error below 1e-12.
    static double erf(double x) {
        double a = Math.abs(x);
        if (a > 6) {
            return Math.signum(x);
        }
        if (a < 2.5) {
            double term = a;
            double sum = a;
            for (int n = 1; Math.abs(term) > 1e-17 * sum && n < 100; n++) {
                term *= -a * a / n;
                sum += term / (2 * n + 1);
            }
            return Math.signum(x) * 2 / Math.sqrt(Math.PI) * sum;
        }
        double fraction = a;
        for (int n = 60; n >= 1; n--) {
            fraction = a + n / 2.0 / fraction;
        }
        return Math.signum(x) * (1 - StrictMath.exp(-a * a) / Math.sqrt(Math.PI) / fraction);
    }
}
