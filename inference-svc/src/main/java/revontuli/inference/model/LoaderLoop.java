package revontuli.inference.model;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import revontuli.platform.fault.Fault;

/// The one platform thread on which models are loaded and closed. Looks every second, so that a revocation taken by
/// another instance counts here too; does single tasks in between.
public final class LoaderLoop {
    private static final Logger LOG = Logger.getLogger(LoaderLoop.class);
    private static final int TASKS_MAX = 8;

    private final ModelLoader loader;
    private final Duration every;
    private final BlockingQueue<Runnable> tasks = new ArrayBlockingQueue<>(TASKS_MAX);
    private final CountDownLatch firstRound = new CountDownLatch(1);
    private final Thread loop;
    private volatile boolean running = true;

    public LoaderLoop(ModelLoader loader, Duration every) {
        this.loader = loader;
        this.every = every;
        this.loop = Thread.ofPlatform().name("model-loader").daemon().unstarted(this::run);
    }

    public void start() {
        loop.start();
    }

    /// Looks soon, not only at the next tick.
    public void wake() {
        tasks.offer(() -> {});
    }

    /// True once everything that was admitted before the start is loaded or has failed.
    public boolean ready() {
        return firstRound.getCount() == 0;
    }

    /// Runs a task on the loader's thread; a fault LOADER_BUSY when too many wait.
    <T> FutureTask<T> submit(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(task);
        if (!running || !tasks.offer(future)) {
            throw new Fault.Exhausted("LOADER_BUSY", "too many models wait to be loaded; try again", Map.of())
                    .toException();
        }
        return future;
    }

    /// Ends the loop and closes every model.
    public void stop() throws InterruptedException {
        running = false;
        wake();
        loop.join();
    }

    private void run() {
        while (running) {
            round();
            try {
                Runnable task = tasks.poll(every.toMillis(), TimeUnit.MILLISECONDS);
                if (task != null) {
                    task.run();
                }
            } catch (InterruptedException _) {
                running = false;
            }
        }
        loader.closeAll();
    }

    private void round() {
        try {
            loader.reconcile();
            firstRound.countDown();
        } catch (RuntimeException e) {
            LOG.warn("the models could not be brought into line; tried again", e);
        }
    }
}
