package revontuli.platform.lifecycle;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import revontuli.platform.fault.Fault;

/// Counts the calls in hand, so that a stop can wait for them and refuse new ones.
@ApplicationScoped
public class Calls {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition quiet = lock.newCondition();
    private int running;
    private State state = State.STARTING;

    private enum State {
        STARTING,
        OPEN,
        DRAINING
    }

    /// Takes calls from now on.
    public void open() {
        lock.lock();
        try {
            state = State.OPEN;
        } finally {
            lock.unlock();
        }
    }

    public boolean isOpen() {
        lock.lock();
        try {
            return state == State.OPEN;
        } finally {
            lock.unlock();
        }
    }

    /// Refuses while the service is not ready or is stopping; another instance may serve.
    public void requireOpen() {
        lock.lock();
        try {
            if (state != State.OPEN) {
                throw new Fault.Unavailable(
                                state.name(),
                                "this instance is " + state.name().toLowerCase(Locale.ROOT) + "; try again",
                                Map.of())
                        .toException();
            }
        } finally {
            lock.unlock();
        }
    }

    /// Takes a call in hand, or refuses it as [#requireOpen] does. Both in one step: a call that was let in before a
    /// stop, but had not begun, would otherwise run on while the database closes.
    public Call begin() {
        lock.lock();
        try {
            requireOpen();
            running++;
        } finally {
            lock.unlock();
        }
        return this::end;
    }

    /// Takes no new calls and waits for those in hand. False when some were still running at the end of the patience.
    public boolean drain(Duration patience) throws InterruptedException {
        lock.lock();
        try {
            state = State.DRAINING;
            long left = patience.toNanos();
            while (running > 0 && left > 0) {
                left = quiet.awaitNanos(left);
            }
            return running == 0;
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            running--;
            quiet.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// A call in hand.
    public interface Call extends AutoCloseable {
        @Override
        void close();
    }
}
