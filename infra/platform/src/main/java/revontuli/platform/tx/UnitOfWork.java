package revontuli.platform.tx;

import java.util.function.Supplier;

/// Everything inside commits together or not at all.
///
/// A unit inside a unit joins it. After an exception nothing of the unit remains; after a normal return everything is
/// on disk.
@FunctionalInterface
public interface UnitOfWork {
    <T> T run(Supplier<T> work);

    default void run(Runnable work) {
        run(() -> {
            work.run();
            return true;
        });
    }
}
