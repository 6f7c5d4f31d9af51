package revontuli.cli.stack;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import revontuli.cli.CliException;
import revontuli.cli.Home;

/// One launcher per home. The lock goes with the process, however that ends.
///
/// Two files: the lock itself, which this process opens once only, since closing any other handle of it would give the
/// lock up; and a note beside it that says which process holds it, for everybody who only wants to know.
final class HomeLock implements AutoCloseable {
    /// A start time is known to about a second, and a process id is not used again that fast.
    private static final Duration START_TOLERANCE = Duration.ofSeconds(5);

    private final FileChannel channel;
    private final Path note;

    private HomeLock(FileChannel channel, Path note) {
        this.channel = channel;
        this.note = note;
    }

    static HomeLock take(Home home) {
        holder(home).ifPresent(launcher -> {
            throw taken(home, "process " + launcher.pid());
        });
        try {
            FileChannel channel = FileChannel.open(home.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                throw taken(home, "just starting");
            }
            ProcessHandle self = ProcessHandle.current();
            long start = self.info().startInstant().orElse(Instant.EPOCH).toEpochMilli();
            Home.writeOwnOnly(note(home), self.pid() + " " + start + "\n");
            return new HomeLock(channel, note(home));
        } catch (IOException e) {
            throw CliException.refused("cannot lock " + home.lock() + ": " + e.getMessage());
        }
    }

    static boolean isTaken(Home home) {
        return holder(home).isPresent();
    }

    /// The living launcher of this home.
    static Optional<ProcessHandle> holder(Home home) {
        try {
            if (!Files.exists(note(home))) {
                return Optional.empty();
            }
            List<String> words = List.of(Files.readString(note(home)).strip().split(" ", -1));
            Instant start = Instant.ofEpochMilli(Long.parseLong(words.getLast()));
            return ProcessHandle.of(Long.parseLong(words.getFirst()))
                    .filter(ProcessHandle::isAlive)
                    .filter(process -> began(process, start));
        } catch (IOException | NumberFormatException _) {
            return Optional.empty(); // being written or deleted this moment
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(note);
            channel.close();
        } catch (IOException e) {
            throw CliException.refused("cannot unlock: " + e.getMessage());
        }
    }

    private static boolean began(ProcessHandle process, Instant start) {
        return process.info()
                .startInstant()
                .map(began -> Duration.between(began, start).abs().compareTo(START_TOLERANCE) < 0)
                .orElse(true);
    }

    private static Path note(Home home) {
        return home.folder().resolve("launcher");
    }

    private static CliException taken(Home home, String who) {
        return CliException.refused("another launcher (" + who + ") uses " + home.folder()
                + ": stop it with `revontuli down`, or choose another folder with --home");
    }
}
