package revontuli.causallm;

import ai.djl.pytorch.engine.PtNDArray;

/// Where [PackedWeights] takes its numbers from, asked in the order of [WeightLayout], the head behind the token table.
interface PackedSource {
    /// A matrix that is packed: a tensor of the layout, or the head, which has the numbers of the token table.
    record Matrix(String name, long rows, long columns) {
        static final String HEAD = "head";

        static Matrix of(WeightLayout.Tensor tensor) {
            return of(tensor, tensor.name());
        }

        static Matrix head(WeightLayout.Tensor tokens) {
            return of(tokens, HEAD);
        }

        private static Matrix of(WeightLayout.Tensor tensor, String name) {
            return new Matrix(name, tensor.shape().get(0), tensor.shape().get(1));
        }
    }

    /// Feeds the floats of a tensor to the sink, window by window.
    void floats(String name, SafetensorsFile.FloatSink sink) throws CheckpointRejected;

    /// Fills a matrix with rounded weights, and what they are multiplied with.
    void matrix(Matrix matrix, PtNDArray target, PtNDArray scales) throws CheckpointRejected;
}
