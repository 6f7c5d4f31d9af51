package revontuli.causallm;

import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.util.Utils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/// One script in libtorch and the native memory that belongs to it. The only door to DJL's engine.
///
/// DJL is kept offline and silent about itself: native libraries come from the class path (or from
/// `PYTORCH_LIBRARY_PATH`), never from a download. Steps run one at a time and each frees what it made.
final class Torch implements AutoCloseable {
    static final int THREADS_MAX = 1024;
    private static final String ENGINE = "PyTorch";

    private final ReentrantLock lock = new ReentrantLock();
    private final PtNDManager manager;
    private final PtSymbolBlock block;
    private final Compute compute;
    private final Device device;
    private final int threads;
    private boolean closed;

    private Torch(PtNDManager manager, PtSymbolBlock block, Compute compute, Device device, int threads) {
        this.manager = manager;
        this.block = block;
        this.compute = compute;
        this.device = device;
        this.threads = threads;
    }

    static Torch load(ModelConfig config, Compute compute, int threads) {
        return load(config, compute, Device.CPU, threads);
    }

    static Torch load(ModelConfig config, Compute compute, Device device, int threads) {
        if (threads < 1 || threads > THREADS_MAX) {
            throw new IllegalArgumentException("threads must lie between 1 and " + THREADS_MAX + ": " + threads);
        }
        if (!device.present()) {
            throw new IllegalStateException("libtorch sees no " + device.text()
                    + " device: it needs one built for it (PYTORCH_LIBRARY_PATH, PYTORCH_VERSION, PYTORCH_FLAVOR), and"
                    + " a driver");
        }
        PtNDManager manager = start(device);
        byte[] archive = ScriptArchive.of(GptBigCodeScript.source(config, compute, device));
        try {
            // Loaded without ai.djl.Model: that one has a finalizer which closes the block under a running step.
            PtSymbolBlock block = JniUtils.loadModule(manager, new ByteArrayInputStream(archive), false, false);
            return new Torch(manager, block, compute, device, threads);
        } catch (IOException e) {
            manager.close();
            throw new UncheckedIOException(e);
        }
    }

    static boolean seesCuda() {
        settle();
        return Engine.getEngine(ENGINE).hasCapability(StandardCapabilities.CUDA);
    }

    private static PtNDManager start(Device device) {
        settle();
        ai.djl.Device place = device == Device.CPU ? ai.djl.Device.cpu() : ai.djl.Device.gpu(0);
        return (PtNDManager) NDManager.newBaseManager(place, ENGINE);
    }

    private static void settle() {
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.pytorch.graph_optimizer", "false");
        if (!Utils.isOfflineMode()) {
            throw new IllegalStateException("the environment variable DJL_OFFLINE must be unset or true");
        }
    }

    /// Engine versions, device, precision and threads, for receipts.
    String description() {
        String place = device == Device.CPU ? Processor.here().kind() : device.text();
        return "djl-pytorch " + Engine.getDjlVersion() + ", libtorch "
                + Engine.getEngine(ENGINE).getVersion() + ", " + place + ", " + compute.text() + ", threads " + threads;
    }

    /// A tensor that lives as long as this.
    PtNDArray zeros(long... shape) {
        return (PtNDArray) manager.zeros(new Shape(shape), DataType.FLOAT32);
    }

    /// The tensor that a step makes, to live as long as this.
    PtNDArray keep(Function<TorchStep, IValue> work) {
        return step(step -> work.apply(step).toTensor(manager));
    }

    /// Runs one step; what it makes through [TorchStep] is freed when `work` returns.
    <T> T step(Function<TorchStep, T> work) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("closed");
            }
            // Settings of the calling thread or of the process, so they are set again each time: shapes change from
            // step
            // to step, which the optimizing executor would answer by compiling anew.
            JniUtils.setGraphExecutorOptimize(false);
            if (JniUtils.getNumThreads() != threads) {
                JniUtils.setNumThreads(threads);
            }
            try (TorchStep step = new TorchStep(manager.newSubManager(manager.getDevice()), block)) {
                return work.apply(step);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Copies floats into a tensor from element `start` on; false if one of them is not finite.
    boolean fill(PtNDArray target, long start, ByteBuffer floats) {
        return step(step -> step.fill(target, start, floats));
    }

    /// Copies whole numbers, a byte each, into a tensor of any whole type from element `start` on.
    void put(PtNDArray target, long start, ByteBuffer bytes) {
        step(step -> {
            step.put(target, start, bytes);
            return start;
        });
    }

    /// Copies elements `start ..` of a tensor into the buffer until it is full.
    void read(PtNDArray source, long start, ByteBuffer floats) {
        step(step -> floats.put(step.part(source, start, floats.remaining() / Float.BYTES)));
    }

    /// Frees what hangs on this by `first`, then everything else. Only the first call does anything.
    void close(Runnable first) {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                first.run();
                block.close();
                manager.close();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        close(() -> {});
    }
}
