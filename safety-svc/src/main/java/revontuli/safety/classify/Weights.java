package revontuli.safety.classify;

/// One linear head: a sum over shapes, weighed down by how many there are, and over concepts. Weights are integers
/// times a scale, so that sums do not depend on their order.
final class Weights {
    private static final double SHAPES_ADDED = 8;
    private static final double CONCEPT_SHARE = 0.35;

    private final short[] shapes;
    private final short[] concepts;
    private final double scale;
    private final double bias;

    /// The lengths must be powers of two; features are folded onto them.
    Weights(short[] shapes, short[] concepts, double scale, double bias) {
        if (Integer.bitCount(shapes.length) != 1 || Integer.bitCount(concepts.length) != 1) {
            throw new IllegalArgumentException("weights come in powers of two");
        }
        this.shapes = shapes;
        this.concepts = concepts;
        this.scale = scale;
        this.bias = bias;
    }

    static double shapeShare(int count) {
        return 1 / Math.sqrt(count + SHAPES_ADDED);
    }

    static double conceptShare() {
        return CONCEPT_SHARE;
    }

    int shape(int shape) {
        return shapes[shape & (shapes.length - 1)];
    }

    long concepts(int[] found) {
        long sum = 0;
        for (int concept : found) {
            sum += concepts[concept & (concepts.length - 1)];
        }
        return sum;
    }

    /// The head's value; 0 is undecided.
    double value(long shapeSum, int shapeCount, long conceptSum) {
        return bias + scale * (shapeSum * shapeShare(shapeCount) + conceptSum * CONCEPT_SHARE);
    }

    short[] rawShapes() {
        return shapes;
    }

    short[] rawConcepts() {
        return concepts;
    }

    double scale() {
        return scale;
    }

    double bias() {
        return bias;
    }
}
