package revontuli.causallm;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;

/// What one step makes in native memory, freed together at its end.
final class TorchStep implements AutoCloseable {
    private final PtNDManager manager;
    private final PtSymbolBlock block;
    private final List<IValue> values = new ArrayList<>();

    TorchStep(PtNDManager manager, PtSymbolBlock block) {
        this.manager = manager;
        this.block = block;
    }

    IValue tensor(long... values) {
        return keep(IValue.from(longs(values, new Shape(values.length))));
    }

    IValue integer(long value) {
        return keep(IValue.from(value));
    }

    IValue array(PtNDArray array) {
        return keep(IValue.from(array));
    }

    /// A matrix of these floats.
    IValue rows(ByteBuffer floats, long columns) {
        long rows = floats.remaining() / Float.BYTES / columns;
        return keep(IValue.from(manager.create(floats, new Shape(rows, columns), DataType.FLOAT32)));
    }

    IValue integers(long... values) {
        return keep(IValue.listFrom(values));
    }

    IValue floats(double... values) {
        return keep(IValue.listFrom(values));
    }

    PtNDArray longs(long[] values, Shape shape) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(Math.multiplyExact(values.length, Long.BYTES))
                .order(ByteOrder.nativeOrder());
        LongBuffer longs = bytes.asLongBuffer();
        longs.put(values);
        return manager.create(bytes, shape, DataType.INT64);
    }

    IValue list(NDList arrays) {
        return keep(IValue.listFrom(arrays.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new)));
    }

    /// Runs a method without recording gradients.
    IValue run(String method, IValue... arguments) {
        return keep(IValueUtils.runMethod(block, method, arguments));
    }

    PtNDArray runForTensor(String method, IValue... arguments) {
        return run(method, arguments).toTensor(manager);
    }

    /// Runs `gradients`: the loss first, then one gradient for each weight.
    NDList gradients(PtNDArray tokens, PtNDArray targets, PtNDArray[] weights) {
        // Arrays of one name ending in [] become one list; the array of this last name only chooses the method.
        NDList arguments = new NDList(tokens, targets);
        tokens.setName("tokens");
        targets.setName("targets");
        for (PtNDArray weight : weights) {
            weight.setName("weights[]");
            arguments.add(weight);
        }
        PtNDArray method = longs(new long[] {0}, new Shape(1));
        method.setName("module_method:gradients");
        arguments.add(method);
        boolean before = JniUtils.isGradMode(); // a setting of the calling thread
        JniUtils.setGradMode(true);
        try {
            return IValueUtils.forward(block, arguments, true);
        } finally {
            JniUtils.setGradMode(before);
        }
    }

    boolean fill(PtNDArray target, long start, ByteBuffer floats) {
        long count = floats.remaining() / Float.BYTES;
        PtNDArray values = manager.create(floats, new Shape(count), DataType.FLOAT32);
        return run("fill", array(target), integer(start), array(values)).toBoolean();
    }

    void put(PtNDArray target, long start, ByteBuffer bytes) {
        PtNDArray values = manager.create(bytes, new Shape(bytes.remaining()), DataType.INT8);
        run("put", array(target), integer(start), array(values));
    }

    ByteBuffer part(PtNDArray source, long start, long count) {
        return runForTensor("part", array(source), integer(start), integer(count))
                .toByteBuffer(true);
    }

    /// The elements of an f32 tensor of this step. A view: copy what must outlive the step.
    static FloatBuffer view(PtNDArray array) {
        return array.toByteBuffer(true).asFloatBuffer();
    }

    private IValue keep(IValue value) {
        values.add(value);
        return value;
    }

    @Override
    public void close() {
        values.forEach(IValue::close);
        manager.close();
    }
}
