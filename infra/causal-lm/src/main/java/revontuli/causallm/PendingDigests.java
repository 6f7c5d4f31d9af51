package revontuli.causallm;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Hashes files on a thread of its own while they are read for another purpose, so that they come from the disk once.
final class PendingDigests {
    /// A file and the SHA-256 that it must have, 64 hex digits.
    record Expected(Path path, String sha256) {}

    private final CompletableFuture<Optional<CheckpointRejected>> outcome = new CompletableFuture<>();

    private PendingDigests() {}

    static PendingDigests start(Map<String, Expected> files) {
        PendingDigests pending = new PendingDigests();
        if (files.isEmpty()) {
            pending.outcome.complete(Optional.empty());
        } else {
            Thread.ofPlatform().daemon().name("hash of weights").start(() -> pending.hash(new TreeMap<>(files)));
        }
        return pending;
    }

    private void hash(Map<String, Expected> files) {
        try {
            for (Map.Entry<String, Expected> file : files.entrySet()) {
                FileDigest.demand(
                        file.getKey(), file.getValue().path(), file.getValue().sha256());
            }
            outcome.complete(Optional.empty());
        } catch (CheckpointRejected rejected) {
            outcome.complete(Optional.of(rejected));
        } catch (RuntimeException | Error failure) {
            outcome.completeExceptionally(failure);
        }
    }

    /// Waits for the thread; refuses the first file that is another than it should be.
    void demand() throws CheckpointRejected {
        Optional<CheckpointRejected> rejected;
        try {
            rejected = outcome.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException reason ? reason : e;
        }
        if (rejected.isPresent()) {
            throw rejected.get();
        }
    }
}
