package revontuli.safety.encoder;

/// Layer normalisation, in place.
@SuppressWarnings("ArrayRecordComponent")
record Norm(float[] scale, float[] shift, double epsilon) {
    static Norm of(Tensors tensors, String name, int width, double epsilon) {
        return new Norm(tensors.floats(name + ".weight", width), tensors.floats(name + ".bias", width), epsilon);
    }

    void apply(float[] rows) {
        int width = scale.length;
        for (int at = 0; at < rows.length; at += width) {
            double sum = 0;
            for (int i = 0; i < width; i++) {
                sum += rows[at + i];
            }
            double mean = sum / width;
            double squares = 0;
            for (int i = 0; i < width; i++) {
                squares += (rows[at + i] - mean) * (rows[at + i] - mean);
            }
            double factor = 1 / Math.sqrt(squares / width + epsilon);
            for (int i = 0; i < width; i++) {
                rows[at + i] = (float) ((rows[at + i] - mean) * factor * scale[i] + shift[i]);
            }
        }
    }
}
