package revontuli.causallm;

/// Settings of the optimizer. Weight decay is decoupled and falls on matrices only, never on biases and norms.
///
/// `clipNorm` bounds the global gradient norm; positive infinity turns clipping off.
public record AdamW(double beta1, double beta2, double epsilon, double weightDecay, double clipNorm) {
    public static final AdamW DEFAULT = new AdamW(0.9, 0.95, 1e-8, 0.1, 1.0);

    public AdamW {
        if (!(beta1 >= 0 && beta1 < 1) || !(beta2 >= 0 && beta2 < 1)) {
            throw new IllegalArgumentException("betas must be at least 0 and below 1: " + beta1 + ", " + beta2);
        }
        if (!(epsilon > 0 && epsilon < 1)) {
            throw new IllegalArgumentException("epsilon must be above 0 and below 1: " + epsilon);
        }
        if (!(weightDecay >= 0 && weightDecay <= 1)) {
            throw new IllegalArgumentException("weightDecay must lie between 0 and 1: " + weightDecay);
        }
        if (!(clipNorm > 0)) {
            throw new IllegalArgumentException("clipNorm must be positive: " + clipNorm);
        }
    }
}
