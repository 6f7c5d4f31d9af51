package revontuli.safety.encoder;

/// A value within a graph: its shape and its elements in the order of rows. Every kind of real number is computed as a
/// float, every kind of whole number as a long, and truths are 0 and 1. Its elements are never changed.
sealed interface OnnxValue {
    OnnxShape shape();

    /// The elements at these places, in another shape.
    OnnxValue pick(OnnxShape shape, int[] places);

    /// The same elements in another shape of the same size.
    OnnxValue shaped(OnnxShape shape);

    /// Its elements as real numbers.
    float[] asReals();

    /// Real numbers.
    final class Reals implements OnnxValue {
        private final OnnxShape shape;
        private final float[] all;

        Reals(OnnxShape shape, float[] all) {
            this.shape = shape;
            this.all = all;
            requireSize(shape, all.length);
        }

        /// The elements themselves, not to be changed.
        float[] all() {
            return all;
        }

        @Override
        public OnnxShape shape() {
            return shape;
        }

        @Override
        public Reals pick(OnnxShape other, int[] places) {
            float[] picked = new float[places.length];
            for (int i = 0; i < places.length; i++) {
                picked[i] = all[places[i]];
            }
            return new Reals(other, picked);
        }

        @Override
        public Reals shaped(OnnxShape other) {
            return new Reals(other, all);
        }

        @Override
        public float[] asReals() {
            return all;
        }
    }

    /// Whole numbers and truths.
    final class Wholes implements OnnxValue {
        private final OnnxShape shape;
        private final long[] all;

        Wholes(OnnxShape shape, long... all) {
            this.shape = shape;
            this.all = all;
            requireSize(shape, all.length);
        }

        static Wholes row(long... all) {
            return new Wholes(OnnxShape.of(all.length), all);
        }

        /// The elements themselves, not to be changed.
        long[] all() {
            return all;
        }

        @Override
        public OnnxShape shape() {
            return shape;
        }

        @Override
        public Wholes pick(OnnxShape other, int[] places) {
            long[] picked = new long[places.length];
            for (int i = 0; i < places.length; i++) {
                picked[i] = all[places[i]];
            }
            return new Wholes(other, picked);
        }

        @Override
        public Wholes shaped(OnnxShape other) {
            return new Wholes(other, all);
        }

        @Override
        public float[] asReals() {
            float[] reals = new float[all.length];
            for (int i = 0; i < all.length; i++) {
                reals[i] = all[i];
            }
            return reals;
        }
    }

    private static void requireSize(OnnxShape shape, int count) {
        if (shape.size() != count) {
            throw new DirectoryRejected(
                    "ONNX_MALFORMED", "model.onnx: " + count + " elements where the shape " + shape + " is told");
        }
    }
}
