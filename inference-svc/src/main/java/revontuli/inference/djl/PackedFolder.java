package revontuli.inference.djl;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import revontuli.causallm.Compute;
import revontuli.causallm.PackedForms;
import revontuli.inference.model.KeptForm;
import revontuli.inference.model.KeptForms;
import revontuli.transparency.crypto.Digest;

/// Rounded weights in one folder of this instance, each file under its own digest. What a file must be stands in the
/// database, so whoever changes the folder alone changes no model: the file is dropped and made anew.
///
/// Files that were not used for longest go when the folder holds more than it may.
final class PackedFolder {
    private static final Logger LOG = Logger.getLogger(PackedFolder.class);
    private static final int KNOWN_MAX = 10_000;
    private static final String SUFFIX = ".packed";
    private static final String UNFINISHED = "unfinished.part";
    private static final Pattern OURS = Pattern.compile("[0-9a-f]{64}\\.packed|unfinished\\.part");
    private static final long DISK_LEFT_BYTES = 1L << 30;

    private final Path folder;
    private final long bytesMax;
    private final KeptForms known;
    private final InstantSource clock;

    PackedFolder(Path folder, long bytesMax, KeptForms known, InstantSource clock) {
        this.folder = folder;
        this.bytesMax = bytesMax;
        this.known = known;
        this.clock = clock;
    }

    /// The place of one model in the folder.
    Shelf of(Digest model) {
        return new Shelf(model);
    }

    private Path file(Digest digest) {
        return folder.resolve(digest.hex() + SUFFIX);
    }

    /// Makes room for so many bytes; false where there is none.
    private boolean makeRoom(long bytes) throws IOException {
        if (bytes > bytesMax) {
            return false;
        }
        Files.createDirectories(folder);
        Deque<KeptForm> oldest = new ArrayDeque<>(known.oldest(KNOWN_MAX));
        long held = oldest.stream().mapToLong(KeptForm::bytes).sum();
        while (!oldest.isEmpty() && held > bytesMax - bytes) {
            KeptForm gone = oldest.removeFirst();
            held -= gone.bytes();
            known.remove(gone.model(), gone.form());
        }
        Set<String> names =
                oldest.stream().map(kept -> kept.digest().hex() + SUFFIX).collect(Collectors.toSet());
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = String.valueOf(file.getFileName());
                if (OURS.matcher(name).matches() && !names.contains(name)) {
                    Files.delete(file);
                }
            }
        }
        return Files.getFileStore(folder).getUsableSpace() >= bytes + DISK_LEFT_BYTES;
    }

    /// What lies there of one model.
    final class Shelf implements PackedForms {
        private final Digest model;
        private final Map<Compute, Digest> used = new EnumMap<>(Compute.class);

        private Shelf(Digest model) {
            this.model = model;
        }

        /// Digest of the file of this form that was read or written.
        Optional<Digest> used(Compute compute) {
            return Optional.ofNullable(used.get(compute));
        }

        @Override
        public Optional<Kept> find(Compute compute) {
            Optional<KeptForm> found = known.find(model, compute.text());
            if (found.isEmpty()) {
                return Optional.empty();
            }
            KeptForm kept = found.get();
            Path file = file(kept.digest());
            if (!Files.isRegularFile(file)) {
                known.remove(model, kept.form());
                return Optional.empty();
            }
            known.put(new KeptForm(model, kept.form(), kept.digest(), kept.bytes(), clock.instant()));
            used.put(compute, kept.digest());
            return Optional.of(new Kept(file, kept.digest().hex()));
        }

        @Override
        public Optional<Path> place(Compute compute, long bytes) {
            try {
                if (makeRoom(bytes)) {
                    return Optional.of(folder.resolve(UNFINISHED));
                }
                LOG.warnf(
                        "packed form not kept: no room for %d bytes in %s"
                                + " (revontuli.inference.engine.packed.bytes-max is %d)",
                        bytes, folder, bytesMax);
            } catch (IOException e) {
                LOG.warnf("packed form not kept: %s", e);
            }
            return Optional.empty();
        }

        @Override
        public void keep(Compute compute, Kept written) {
            Digest digest = Digest.parse("sha256:" + written.sha256());
            Path file = file(digest);
            try {
                Files.move(written.file(), file, StandardCopyOption.ATOMIC_MOVE);
                try (FileChannel names = FileChannel.open(folder, StandardOpenOption.READ)) {
                    names.force(true);
                }
                known.put(new KeptForm(model, compute.text(), digest, Files.size(file), clock.instant()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            used.put(compute, digest);
        }

        @Override
        public void drop(Compute compute, Exception why) {
            LOG.warnf("packed form dropped, the checkpoint is read instead: %s", why.getMessage());
            Optional<Digest> spoilt = Optional.ofNullable(used.remove(compute));
            try {
                if (spoilt.isPresent()) {
                    Files.deleteIfExists(file(spoilt.get()));
                }
            } catch (IOException e) {
                LOG.warnf("cannot be deleted: %s", e);
            }
            known.remove(model, compute.text());
        }
    }
}
