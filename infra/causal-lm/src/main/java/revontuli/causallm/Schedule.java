package revontuli.causallm;

/// Learning rate by step: linear warm-up to the peak, then half a cosine down to the floor, then the floor.
///
/// Steps count from 0; the first step already has a rate above zero.
public record Schedule(double peak, double floor, long warmupSteps, long totalSteps) {
    public Schedule {
        if (!(peak > 0 && Double.isFinite(peak))) {
            throw new IllegalArgumentException("peak must be a positive number: " + peak);
        }
        if (!(floor >= 0 && floor <= peak)) {
            throw new IllegalArgumentException("floor must lie between 0 and peak: " + floor);
        }
        if (warmupSteps < 0 || totalSteps < 1 || warmupSteps > totalSteps) {
            throw new IllegalArgumentException(
                    "0 <= warmupSteps <= totalSteps and 1 <= totalSteps: " + warmupSteps + ", " + totalSteps);
        }
    }

    /// The rate for this step.
    public double at(long step) {
        if (step < 0) {
            throw new IllegalArgumentException("step must not be negative: " + step);
        }
        if (step < warmupSteps) {
            return peak * (step + 1) / warmupSteps;
        }
        if (step >= totalSteps) {
            return floor;
        }
        double progress = (double) (step - warmupSteps) / (totalSteps - warmupSteps);
        return floor + (peak - floor) * 0.5 * (1 + StrictMath.cos(Math.PI * progress));
    }
}
