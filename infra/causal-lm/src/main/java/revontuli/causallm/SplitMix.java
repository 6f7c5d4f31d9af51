package revontuli.causallm;

/// SplitMix64, written out so that a seed gives the same numbers on every JDK. Not for secrets.
final class SplitMix {
    private static final long GAMMA = 0x9e3779b97f4a7c15L;
    private static final double UNIT = 0x1.0p-53;

    private long state;

    SplitMix(long seed) {
        this.state = seed;
    }

    long nextLong() {
        state += GAMMA;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /// Uniform over [0, 1).
    double nextDouble() {
        return (nextLong() >>> 11) * UNIT;
    }

    /// Normal with mean 0 and deviation 1 (Box and Muller, one of the pair).
    double nextGaussian() {
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextDouble()));
        return radius * StrictMath.cos(2 * Math.PI * nextDouble());
    }
}
