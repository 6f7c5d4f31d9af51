package revontuli.causallm;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.Arrays;
import java.util.List;
import revontuli.causallm.CheckpointRejected.Reason;

/// Weights in a packed form ([Compute#BF16], [Compute#INT8], [Compute#INT4]), read window by window from a
/// checkpoint, or from what was kept of it ([PackedFile]).
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

    private PackedWeights(Torch torch, ModelConfig config, PackedSource source) throws CheckpointRejected {
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
                arrays[i] = filled(source, tensor, table(tensor));
                packed(source, PackedSource.Matrix.head(tensor), head(config));
                arrays[head(config) + 1] = bias(torch.zeros(config.vocabularySize()));
            } else if (packs(i, tensor)) {
                packed(source, PackedSource.Matrix.of(tensor), i);
            } else {
                PtNDArray values = filled(source, tensor, torch.zeros(shape(tensor)));
                arrays[i] = i > 0 && linearBias(tensor) ? bias(values) : values;
            }
        }
        this.list = IValue.listFrom(arrays);
    }

    static PackedWeights load(Torch torch, ModelConfig config, PackedSource source) throws CheckpointRejected {
        return new PackedWeights(torch, config, source);
    }

    /// Whether the tensor at `i` of the layout is a matrix that is packed, and is not needed besides.
    static boolean packs(int i, WeightLayout.Tensor tensor) {
        return tensor.matrix() && i != WeightLayout.TOKENS && i != WeightLayout.POSITIONS;
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

    private PtNDArray filled(PackedSource source, WeightLayout.Tensor tensor, PtNDArray target)
            throws CheckpointRejected {
        source.floats(tensor.name(), (start, floats) -> demandFinite(torch.fill(target, start, floats), tensor.name()));
        return target;
    }

    /// Takes rounded rows, packs them and lets them go.
    private void packed(PackedSource source, PackedSource.Matrix matrix, int place) throws CheckpointRejected {
        PtNDArray target =
                torch.keep(step -> step.run("room", step.integer(matrix.rows()), step.integer(matrix.columns())));
        PtNDArray scales =
                torch.keep(step -> step.run("scales", step.integer(matrix.rows()), step.integer(matrix.columns())));
        source.matrix(matrix, target, scales);
        arrays[place] = torch.keep(step -> step.run("pack", step.array(target)));
        target.close();
        arrays[place + extra] = scales;
        arrays[place + extra + 1] = torch.keep(step -> step.run("zeros", step.integer(matrix.rows())));
    }

    static void demandFinite(boolean finite, String name) throws CheckpointRejected {
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
