package revontuli.cli.stack;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import revontuli.cli.CliException;
import revontuli.cli.Home;

/// One launcher per home. The lock goes with the process, however that ends.
final class HomeLock implements AutoCloseable {
    private final FileChannel channel;

    private HomeLock(FileChannel channel) {
        this.channel = channel;
    }

    static HomeLock take(Home home) {
        try {
            FileChannel channel = FileChannel.open(home.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw CliException.refused("another launcher (process " + holder(home) + ") uses " + home.folder()
                        + ": stop it with `revontuli down`, or choose another folder with --home");
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
            return new HomeLock(channel);
        } catch (IOException e) {
            throw CliException.refused("cannot lock " + home.lock() + ": " + e.getMessage());
        }
    }

    /// Whether a launcher holds the home, in this or another process.
    static boolean isTaken(Home home) {
        if (!Files.exists(home.lock())) {
            return false;
        }
        try (FileChannel channel = FileChannel.open(home.lock(), StandardOpenOption.WRITE)) {
            return tryLock(channel) == null;
        } catch (IOException e) {
            throw CliException.refused("cannot read " + home.lock() + ": " + e.getMessage());
        }
    }

    /// Process that took the lock last.
    static long holder(Home home) {
        try {
            return Long.parseLong(Files.readString(home.lock()).strip());
        } catch (IOException | NumberFormatException _) {
            return -1;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw CliException.refused("cannot unlock: " + e.getMessage());
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null; // held by another part of this very process
        }
    }
}
