package revontuli.cli.stack;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The program of one service: on a Java machine, or a native executable.
interface Program {
    /// Working directory.
    Path folder();

    /// The command line of the next start.
    ///
    /// @param settings the file with the settings of the service
    List<String> command(Path settings);

    /// How the last command runs it, in words for the terminal.
    String mode();

    /// Called when the process has ended; `whole` if it ended by itself and in order.
    default void ended(boolean whole) {}

    /// Called when the last command did not get it to serve: the reason for which another command may, if there is one.
    default Optional<String> retreat(String firstError) {
        return Optional.empty();
    }

    /// Work that makes later starts faster; its command, or nothing to do.
    default Optional<AotCache> toImprove() {
        return Optional.empty();
    }
}
