package revontuli.inference.generate;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;

/// Several generations for one call, a few at a time. When one fails, the others end.
public final class Samples {
    /// Most generations of one call.
    public static final int MAX = 128;

    /// Of these at a time: one call leaves slots for others.
    private static final int AT_A_TIME = 4;

    private final Generator generator;

    public Samples(Generator generator) {
        this.generator = generator;
    }

    /// Refuses a count that is not 1 to the most.
    public static void require(String field, int count) {
        if (count < 1 || count > MAX) {
            throw Fault.invalid("OUT_OF_RANGE", field, "must be 1 to " + MAX);
        }
    }

    /// Runs each prompt `count` times; generation `prompt * count + sample` goes to the reader of this number. Returns
    /// when all have ended; throws what the first one that failed has thrown.
    public void run(Caller caller, List<GenerationRequest> prompts, int count, IntFunction<Reader> readers)
            throws InterruptedException {
        int all = prompts.size() * count;
        if (all == 1) {
            generator.run(caller, prompts.getFirst(), readers.apply(0));
            return;
        }
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Group group = new Group();
        Semaphore room = new Semaphore(AT_A_TIME);
        try {
            for (int i = 0; i < all && failure.get() == null; i++) {
                room.acquire();
                GenerationRequest request = prompts.get(i / count).sample(i % count);
                Reader reader = group.member(readers.apply(i));
                Thread.ofVirtual().name("sample").start(() -> {
                    try {
                        generator.run(caller, request, reader);
                    } catch (Throwable thrown) { // told by the thread that waits below
                        failure.compareAndSet(null, thrown);
                        group.end();
                    } finally {
                        room.release();
                    }
                });
            }
            room.acquire(AT_A_TIME);
        } finally {
            group.end(); // those that still run when this thread is interrupted
        }
        rethrow(failure.get());
    }

    private static void rethrow(@Nullable Throwable thrown) throws InterruptedException {
        switch (thrown) {
            case null -> {
                // all went well
            }
            case RuntimeException failed -> throw failed;
            case Error failed -> throw failed;
            case InterruptedException interrupted -> throw interrupted;
            default -> throw new IllegalStateException(thrown);
        }
    }

    /// Readers that go away together.
    private static final class Group {
        private final AtomicBoolean ended = new AtomicBoolean();
        private final ConcurrentLinkedQueue<Runnable> actions = new ConcurrentLinkedQueue<>();

        void end() {
            ended.set(true);
            for (Runnable action = actions.poll(); action != null; action = actions.poll()) {
                action.run();
            }
        }

        Reader member(Reader reader) {
            return new Reader() {
                @Override
                public void prompt(ToldPrompt prompt) throws Gone {
                    reader.prompt(prompt);
                }

                @Override
                public void text(String released, List<ToldToken> tokens) throws Gone {
                    reader.text(released, tokens);
                }

                @Override
                public void last(Ending ending) throws Gone {
                    reader.last(ending);
                }

                @Override
                public void onGone(Runnable action) {
                    reader.onGone(action);
                    actions.add(action);
                    if (ended.get()) {
                        end();
                    }
                }

                @Override
                public boolean gone() {
                    return ended.get() || reader.gone();
                }
            };
        }
    }
}
