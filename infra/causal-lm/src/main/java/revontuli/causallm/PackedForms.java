package revontuli.causallm;

import java.nio.file.Path;
import java.util.Optional;

/// Where rounded weights of one checkpoint lie between two starts, so that the next one neither reads nor rounds the
/// checkpoint again. [LanguageModel#open] asks for [Compute#INT8] and [Compute#INT4] on the processor only; the other
/// forms are the checkpoint's own numbers.
///
/// Called from the thread that opens a model. What is kept is trusted by its digest alone: whoever implements this
/// keeps digests where files cannot be changed together with them.
public interface PackedForms {
    /// Keeps nothing.
    PackedForms NONE = new PackedForms() {
        @Override
        public Optional<Kept> find(Compute compute) {
            return Optional.empty();
        }

        @Override
        public Optional<Path> place(Compute compute, long bytes) {
            return Optional.empty();
        }

        @Override
        public void keep(Compute compute, Kept written) {}

        @Override
        public void drop(Compute compute, Exception why) {}
    };

    /// A file and the SHA-256 of its bytes, 64 hex digits.
    record Kept(Path file, String sha256) {}

    /// What was kept of this checkpoint in this form.
    Optional<Kept> find(Compute compute);

    /// A path for a new file of so many bytes; empty where none is wanted, or there is no room.
    Optional<Path> place(Compute compute, long bytes);

    /// The file at the place given is whole, on disk, and came from a checkpoint whose digests matched.
    void keep(Compute compute, Kept written);

    /// What was found cannot be used; the checkpoint is read instead.
    void drop(Compute compute, Exception why);
}
