package revontuli.cli.stack;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import revontuli.cli.CliException;
import revontuli.cli.ExitCode;
import revontuli.cli.Home;
import revontuli.cli.HomeOption;
import revontuli.cli.Out;
import revontuli.embedded.Waiting;

/// `revontuli down`: asks the launcher to end everything in order and waits until it has.
@Command(
        name = "down",
        mixinStandardHelpOptions = true,
        description = "Stop the stack of this home folder and wait until it has stopped.")
public final class DownCommand implements Callable<Integer> {
    private static final Duration STOP_LIMIT = Duration.ofMinutes(5);
    private static final Duration POLL = Duration.ofMillis(100);

    @Mixin
    private final HomeOption homeOption = new HomeOption();

    @Override
    public Integer call() {
        Out out = Out.standard(false);
        Home home = homeOption.home();
        Optional<ProcessHandle> launcher = HomeLock.holder(home);
        if (launcher.isEmpty()) {
            out.note("no stack is running in " + home.folder());
            return ExitCode.UNAVAILABLE;
        }
        launcher.get().destroy();
        out.progress("stopping");
        if (!Waiting.until(STOP_LIMIT, POLL, () -> !HomeLock.isTaken(home))) {
            throw CliException.refused("the launcher does not end: see " + home.logs());
        }
        out.note("stopped");
        return ExitCode.OK;
    }
}
