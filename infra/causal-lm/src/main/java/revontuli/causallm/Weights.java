package revontuli.causallm;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import revontuli.causallm.CheckpointRejected.Reason;

/// One f32 tensor for each entry of a [WeightLayout], and the list value that the script takes.
///
/// Lives as long as its [Torch]; the list value is freed by [#close] before that.
final class Weights implements WeightList {
    private static final int WINDOW_ELEMENTS = 1 << 20;

    private final Torch torch;
    private final WeightLayout layout;
    private final PtNDArray[] arrays;
    private final IValue list;

    private Weights(Torch torch, WeightLayout layout, PtNDArray[] arrays) {
        this.torch = torch;
        this.layout = layout;
        this.arrays = arrays;
        this.list = IValue.listFrom(arrays);
    }

    static Weights zeros(Torch torch, WeightLayout layout) {
        PtNDArray[] arrays = new PtNDArray[layout.tensors().size()];
        for (int i = 0; i < arrays.length; i++) {
            arrays[i] = torch.zeros(layout.tensors().get(i).shape().stream()
                    .mapToLong(Integer::longValue)
                    .toArray());
        }
        return new Weights(torch, layout, arrays);
    }

    void load(Checkpoint checkpoint) throws CheckpointRejected {
        checkpoint.demandTiedHead();
        load("", (name, sink) -> checkpoint.floats(name, 1, sink));
    }

    /// Where the floats of a named tensor come from.
    @FunctionalInterface
    interface Origin {
        void floats(String name, SafetensorsFile.FloatSink sink) throws CheckpointRejected;
    }

    /// Fills every tensor from floats whose names have this prefix there.
    void load(String prefix, Origin origin) throws CheckpointRejected {
        for (int i = 0; i < arrays.length; i++) {
            PtNDArray array = arrays[i];
            String name = prefix + layout.tensors().get(i).name();
            origin.floats(name, (start, floats) -> {
                if (!torch.fill(array, start, floats)) {
                    throw new CheckpointRejected(Reason.TENSOR_NOT_FINITE, name, "finite numbers", "infinite or NaN");
                }
            });
        }
    }

    /// The start of GPT-2; every weight is decided by the seed.
    void randomize(SplitMix random, int layers) {
        double residual = 0.02 / StrictMath.sqrt(2.0 * layers);
        for (int i = 0; i < arrays.length; i++) {
            WeightLayout.Tensor tensor = layout.tensors().get(i);
            double deviation = tensor.residual() ? residual : 0.02;
            boolean norm = tensor.name().contains("ln_") && tensor.name().endsWith(".weight");
            for (long at = 0; at < tensor.elements(); at += WINDOW_ELEMENTS) {
                int count = (int) Math.min(WINDOW_ELEMENTS, tensor.elements() - at);
                ByteBuffer floats =
                        ByteBuffer.allocateDirect(count * Float.BYTES).order(ByteOrder.nativeOrder());
                for (int n = 0; n < count; n++) {
                    floats.putFloat(tensor.matrix() ? (float) (deviation * random.nextGaussian()) : norm ? 1 : 0);
                }
                torch.fill(arrays[i], at, floats.flip());
            }
        }
    }

    /// What a writer needs to write these tensors, each name behind a prefix.
    List<SafetensorsWriter.Tensor> toWrite(String prefix) {
        List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();
        for (int i = 0; i < arrays.length; i++) {
            PtNDArray array = arrays[i];
            WeightLayout.Tensor tensor = layout.tensors().get(i);
            tensors.add(new SafetensorsWriter.Tensor(
                    prefix + tensor.name(), tensor.shape(), (start, floats) -> torch.read(array, start, floats)));
        }
        return tensors;
    }

    PtNDArray[] arrays() {
        return arrays;
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
