package revontuli.cli.client;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import revontuli.cli.CliException;

/// A verb that only has subcommands: alone it says which.
public abstract class Group implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before run
    private CommandSpec spec;

    @Override
    public void run() {
        throw CliException.usage(
                "which of " + String.join(", ", spec.subcommands().keySet()) + "? `revontuli " + spec.name()
                        + " --help` tells more");
    }
}
