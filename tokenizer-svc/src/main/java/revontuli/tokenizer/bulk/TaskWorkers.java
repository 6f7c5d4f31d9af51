package revontuli.tokenizer.bulk;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The threads of this instance that work on tasks. More instances, or more threads, work on more tasks at a time.
public final class TaskWorkers {
    private static final System.Logger LOG = System.getLogger(TaskWorkers.class.getName());
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final TaskRunner runner;
    private final int count;
    private final Semaphore bell = new Semaphore(0);
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean running;

    public TaskWorkers(TaskRunner runner, int count) {
        this.runner = runner;
        this.count = count;
    }

    public void start() {
        running = true;
        for (int i = 0; i < count; i++) {
            // encoding needs a processor for long, which is not what virtual threads are for
            threads.add(Thread.ofPlatform().name("tokenize-" + i).daemon().start(this::loop));
        }
    }

    /// Something may be waiting.
    public void wake() {
        bell.release();
    }

    /// Takes nothing more and puts what is in hand back into the queue.
    public void stop(Duration patience) throws InterruptedException {
        running = false;
        bell.release(count);
        for (Thread thread : threads) {
            thread.join(patience);
        }
    }

    private void loop() {
        while (running) {
            try {
                Optional<Task> task = runner.claim();
                if (task.isPresent()) {
                    runner.run(task.get(), () -> running);
                    continue;
                }
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "the tasks cannot be reached; tried again", e);
            }
            try {
                boolean rung = bell.tryAcquire(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
                if (rung) {
                    bell.drainPermits();
                }
            } catch (InterruptedException _) {
                return;
            }
        }
    }
}
