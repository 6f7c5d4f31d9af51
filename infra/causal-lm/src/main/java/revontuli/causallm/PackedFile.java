package revontuli.causallm;

import ai.djl.pytorch.engine.PtNDArray;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import revontuli.causallm.CheckpointRejected.Reason;

/// The weights of a checkpoint as [Compute#INT8] or [Compute#INT4] rounds them, in one safetensors file. What is left
/// to do at a start is to bring each matrix into the order of its kernel, which libtorch writes into no file.
///
/// A matrix has the bytes of its whole numbers (`U8`: signed ones in two's complement; of four bits two in a byte, the
/// first in the low half) and, under its name with [#SCALES] behind it, what they are multiplied with (`F32`); the
/// head is the matrix [PackedSource.Matrix#HEAD]. The token table is in `BF16`, all else in `F32`.
final class PackedFile implements PackedSource {
    /// To be changed whenever rounding changes.
    static final String FORMAT = "revontuli packed weights 1";

    static final String SCALES = ".scales";
    static final int WINDOW_ELEMENTS = 1 << 22;

    private static final int STEPS_IN_BYTE = 2;

    private final Torch torch;
    private final Compute compute;
    private final SafetensorsFile file;

    private PackedFile(Torch torch, Compute compute, SafetensorsFile file) {
        this.torch = torch;
        this.compute = compute;
        this.file = file;
    }

    static boolean holds(Compute compute) {
        return compute == Compute.INT8 || compute == Compute.INT4;
    }

    /// A file of this form and of a model of this shape; its digest is another's business.
    static PackedFile open(Torch torch, PackedForms.Kept kept, ModelConfig config, Compute compute)
            throws CheckpointRejected {
        String name = String.valueOf(kept.file().getFileName());
        SafetensorsFile file = SafetensorsFile.read(name, kept.file());
        Map<String, String> metadata = metadata(compute);
        if (!file.metadata().equals(metadata)) {
            throw new CheckpointRejected(
                    Reason.HEADER_MALFORMED,
                    name,
                    metadata.toString(),
                    file.metadata().toString());
        }
        List<SafetensorsWriter.Place> found = file.entries().values().stream()
                .map(entry -> new SafetensorsWriter.Place(entry.name(), entry.dtype(), entry.shape()))
                .toList();
        List<SafetensorsWriter.Place> expected = places(config, compute);
        if (!found.equals(expected)) {
            throw new CheckpointRejected(Reason.TENSOR_SHAPE_MISMATCH, name, expected.toString(), found.toString());
        }
        return new PackedFile(torch, compute, file);
    }

    static Map<String, String> metadata(Compute compute) {
        return Map.of("format", FORMAT, "form", compute.text());
    }

    /// What such a file holds, in the order in which [PackedWeights] asks for it.
    static List<SafetensorsWriter.Place> places(ModelConfig config, Compute compute) {
        List<SafetensorsWriter.Place> places = new ArrayList<>();
        List<WeightLayout.Tensor> tensors = WeightLayout.of(config).tensors();
        for (int i : IntStream.range(0, tensors.size()).toArray()) {
            WeightLayout.Tensor tensor = tensors.get(i);
            if (PackedWeights.packs(i, tensor)) {
                add(places, Matrix.of(tensor), compute);
            } else {
                places.add(new SafetensorsWriter.Place(
                        tensor.name(),
                        i == WeightLayout.TOKENS ? SafetensorsFile.Dtype.BF16 : SafetensorsFile.Dtype.F32,
                        tensor.shape().stream().map(Integer::longValue).toList()));
            }
            if (i == WeightLayout.TOKENS) {
                add(places, Matrix.head(tensor), compute);
            }
        }
        return List.copyOf(places);
    }

    private static void add(List<SafetensorsWriter.Place> places, Matrix matrix, Compute compute) {
        long rows = matrix.rows();
        boolean bytes = compute == Compute.INT8;
        places.add(new SafetensorsWriter.Place(
                matrix.name(),
                SafetensorsFile.Dtype.U8,
                List.of(rows, bytes ? matrix.columns() : matrix.columns() / STEPS_IN_BYTE)));
        places.add(new SafetensorsWriter.Place(
                matrix.name() + SCALES,
                SafetensorsFile.Dtype.F32,
                bytes ? List.of(rows) : List.of(matrix.columns() / Compute.GROUP, rows, 2L)));
    }

    @Override
    public void floats(String name, SafetensorsFile.FloatSink sink) throws CheckpointRejected {
        file.floats(file.entry(name), sink);
    }

    @Override
    public void matrix(Matrix matrix, PtNDArray target, PtNDArray scales) throws CheckpointRejected {
        SafetensorsFile.Entry steps = file.entry(matrix.name());
        for (long at = 0; at < steps.elements(); at += WINDOW_ELEMENTS) {
            int count = (int) Math.min(WINDOW_ELEMENTS, steps.elements() - at);
            ByteBuffer window = file.map(steps, at, count);
            if (compute == Compute.INT8) {
                torch.put(target, at, window);
            } else {
                torch.put(target, at * STEPS_IN_BYTE, apart(window));
            }
        }
        String name = matrix.name() + SCALES;
        file.floats(
                file.entry(name),
                (start, floats) -> PackedWeights.demandFinite(torch.fill(scales, start, floats), name));
    }

    private static ByteBuffer apart(ByteBuffer pairs) {
        byte[] steps = new byte[pairs.remaining() * STEPS_IN_BYTE];
        for (int i = 0; i < steps.length; i += STEPS_IN_BYTE) {
            byte pair = pairs.get();
            steps[i] = (byte) (pair & 0xf);
            steps[i + 1] = (byte) (pair >> 4 & 0xf);
        }
        return ByteBuffer.allocateDirect(steps.length).put(steps).flip();
    }

    /// The bytes in which a window of a matrix of this form is written.
    ///
    /// @param steps whole numbers as the script has them, in native order: a byte each, or for four bits an int
    // each
    static ByteBuffer written(Compute compute, ByteBuffer steps) {
        if (compute == Compute.INT8) {
            return steps;
        }
        byte[] pairs = new byte[steps.remaining() / Integer.BYTES / STEPS_IN_BYTE];
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = (byte) (steps.getInt() | steps.getInt() << 4);
        }
        return ByteBuffer.wrap(pairs);
    }
}
