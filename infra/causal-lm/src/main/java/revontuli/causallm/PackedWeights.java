package revontuli.causallm;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import revontuli.causallm.CheckpointRejected.Reason;

/// Weights in a packed form ([Compute#BF16], [Compute#INT8], [Compute#INT4]), read from a checkpoint window by window.
///
/// The list that the script takes has every entry of the [WeightLayout] in its place: matrices packed, the token table
/// in bf16, all else in f32. Behind them lie the packed head with a bias of zeros, and from `extra` on, for the weight
/// at `i`, its scales at `i + extra` and its zero points at `i + extra + 1`. Places that mean nothing hold an empty
/// tensor.
///
/// While it loads, memory holds what is packed already and one matrix that is not yet.
final class PackedWeights implements WeightList {
    private final Torch torch;
    private final WeightLayout layout;
    private final PtNDArray[] arrays;
    private final int extra;
    private final IValue list;

    private PackedWeights(Torch torch, ModelConfig config, Checkpoint checkpoint) throws CheckpointRejected {
        this.torch = torch;
        this.layout = WeightLayout.of(config);
        this.extra = extra(config);
        this.arrays = new PtNDArray[2 * extra];
        PtNDArray nothing = torch.zeros(0);
        Arrays.fill(arrays, nothing);
        List<WeightLayout.Tensor> tensors = layout.tensors();
        for (int i = 0; i < tensors.size(); i++) {
            WeightLayout.Tensor tensor = tensors.get(i);
            if (i == WeightLayout.TOKENS) {
                arrays[i] = filled(checkpoint, tensor, table(tensor));
                packed(checkpoint, tensor, head(config));
                arrays[head(config) + 1] = bias(torch.zeros(config.vocabularySize()));
            } else if (tensor.matrix() && i != WeightLayout.POSITIONS) {
                packed(checkpoint, tensor, i);
            } else {
                PtNDArray values = filled(checkpoint, tensor, torch.zeros(shape(tensor)));
                arrays[i] = i > 0 && linearBias(tensor) ? bias(values) : values;
            }
        }
        this.list = IValue.listFrom(arrays);
    }

    static PackedWeights load(Torch torch, ModelConfig config, Checkpoint checkpoint) throws CheckpointRejected {
        checkpoint.demandTiedHead();
        return new PackedWeights(torch, config, checkpoint);
    }

    static int head(ModelConfig config) {
        return WeightLayout.of(config).tensors().size();
    }

    static int extra(ModelConfig config) {
        return head(config) + 2;
    }

    private static boolean linearBias(WeightLayout.Tensor tensor) {
        return !tensor.matrix()
                && tensor.name().endsWith(".bias")
                && tensor.name().contains(".c_");
    }

    private static long[] shape(WeightLayout.Tensor tensor) {
        return tensor.shape().stream().mapToLong(Integer::longValue).toArray();
    }

    private PtNDArray table(WeightLayout.Tensor tensor) {
        long[] shape = shape(tensor);
        return torch.keep(step -> step.run("table", step.integer(shape[0]), step.integer(shape[1])));
    }

    private PtNDArray bias(PtNDArray values) {
        return torch.keep(step -> step.run("bias", step.array(values)));
    }

    private PtNDArray filled(Checkpoint checkpoint, WeightLayout.Tensor tensor, PtNDArray target)
            throws CheckpointRejected {
        checkpoint.floats(
                tensor.name(), 1, (start, floats) -> demandFinite(torch.fill(target, start, floats), tensor.name()));
        return target;
    }

    /// Reads whole rows, rounds them into a matrix, packs that and lets it go.
    private void packed(Checkpoint checkpoint, WeightLayout.Tensor tensor, int place) throws CheckpointRejected {
        long[] shape = shape(tensor);
        PtNDArray target = torch.keep(step -> step.run("room", step.integer(shape[0]), step.integer(shape[1])));
        PtNDArray scales = torch.keep(step -> step.run("scales", step.integer(shape[0]), step.integer(shape[1])));
        checkpoint.floats(
                tensor.name(),
                Math.toIntExact(shape[1]),
                (start, floats) ->
                        demandFinite(take(target, scales, start / shape[1], floats, shape[1]), tensor.name()));
        arrays[place] = torch.keep(step -> step.run("pack", step.array(target)));
        target.close();
        arrays[place + extra] = scales;
        arrays[place + extra + 1] = torch.keep(step -> step.run("zeros", step.integer(shape[0])));
    }

    private boolean take(PtNDArray target, PtNDArray scales, long row, ByteBuffer floats, long columns) {
        return torch.step(step -> step.run(
                        "take", step.rows(floats, columns), step.integer(row), step.array(target), step.array(scales))
                .toBoolean());
    }

    private static void demandFinite(boolean finite, String name) throws CheckpointRejected {
        if (!finite) {
            throw new CheckpointRejected(Reason.TENSOR_NOT_FINITE, name, "finite numbers", "infinite or NaN");
        }
    }

    @Override
    public IValue list() {
        return list;
    }

    @Override
    public void close() {
        list.close();
    }
}
