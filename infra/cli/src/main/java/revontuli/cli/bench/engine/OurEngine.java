package revontuli.cli.bench.engine;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import revontuli.causallm.Checkpoint;
import revontuli.causallm.CheckpointRejected;
import revontuli.causallm.Compute;
import revontuli.causallm.LanguageModel;

/// The engine of this suite, in this process. The clock is the thread's own time with one thread, the wall's with more.
final class OurEngine implements EnginePeer {
    private static final int SLOTS = 32;
    private static final int POSITIONS = 640;

    private final ThreadMXBean clock = ManagementFactory.getThreadMXBean();
    private final LanguageModel model;
    private final int threads;
    private final Set<Integer> filled = new HashSet<>();
    private int streamsNow;

    OurEngine(Checkpoint checkpoint, Compute compute, int threads) throws CheckpointRejected {
        this.threads = threads;
        this.model = LanguageModel.open(checkpoint, SLOTS, POSITIONS, threads, compute);
    }

    LanguageModel model() {
        return model;
    }

    @Override
    public String name() {
        return "revontuli";
    }

    @Override
    public String version() {
        return model.engine();
    }

    @Override
    public double[] decode(int streams, int steps) {
        if (streamsNow != streams) {
            filled.clear();
            streamsNow = streams;
        }
        int[] slots = IntStream.range(0, streams).toArray();
        for (int slot : slots) {
            if (filled.add(slot)) {
                model.prefill(slot, prompt(CONTEXT, slot), 0);
            }
        }
        double[] spent = new double[steps];
        for (int s = 0; s < steps; s++) {
            int step = s;
            int[] tokens = Arrays.stream(slots)
                    .map(slot -> EnginePeer.stepId(step, slot))
                    .toArray();
            spent[s] = timed(() -> model.decode(slots, tokens));
        }
        return spent;
    }

    @Override
    public double[] prefill(int tokens, int times) {
        filled.clear();
        double[] spent = new double[times];
        for (int i = 0; i < times; i++) {
            spent[i] = timed(() -> model.prefill(0, prompt(tokens, 0), 0));
        }
        return spent;
    }

    /// Milliseconds that the work took.
    double timed(Supplier<?> work) {
        long begin = now();
        Objects.requireNonNull(work.get());
        return (now() - begin) / 1e6;
    }

    private long now() {
        return threads == 1 ? clock.getCurrentThreadCpuTime() : System.nanoTime();
    }

    static int[] prompt(int tokens, int stream) {
        int[] ids = new int[tokens];
        Arrays.setAll(ids, i -> EnginePeer.promptId(i, stream));
        return ids;
    }

    @Override
    public void close() {
        model.close();
    }
}
