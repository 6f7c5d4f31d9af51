package revontuli.causallm;

import ai.djl.pytorch.engine.PtNDArray;
import java.nio.ByteBuffer;

/// Rounds the matrices of a checkpoint as they are read.
final class RoundedCheckpoint implements PackedSource {
    private final Torch torch;
    private final Checkpoint checkpoint;

    RoundedCheckpoint(Torch torch, Checkpoint checkpoint) {
        this.torch = torch;
        this.checkpoint = checkpoint;
    }

    @Override
    public void floats(String name, SafetensorsFile.FloatSink sink) throws CheckpointRejected {
        checkpoint.floats(name, 1, sink);
    }

    @Override
    public void matrix(Matrix matrix, PtNDArray target, PtNDArray scales) throws CheckpointRejected {
        String name = matrix.name().equals(Matrix.HEAD) ? WeightLayout.TOKENS_NAME : matrix.name();
        long columns = matrix.columns();
        checkpoint.floats(
                name,
                Math.toIntExact(columns),
                (start, floats) ->
                        PackedWeights.demandFinite(take(target, scales, start / columns, floats, columns), name));
    }

    private boolean take(PtNDArray target, PtNDArray scales, long row, ByteBuffer floats, long columns) {
        return torch.step(step -> step.run(
                        "take", step.rows(floats, columns), step.integer(row), step.array(target), step.array(scales))
                .toBoolean());
    }
}
