package revontuli.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import revontuli.cli.stack.LauncherLogs;

/// The top command.
@Command(
        name = "revontuli",
        mixinStandardHelpOptions = true,
        versionProvider = Revontuli.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "Serve and keep training an open multilingual language model, and prove it years later.",
        footer = {
            "",
            "Exit codes: 0 done, 1 refused or failed, 2 wrong command line, 3 not running or not answering.",
            "`revontuli COMMAND --help` tells more about one command.",
            "From the sources: `infra/revontuli test` builds and tests everything, `infra/revontuli native` makes executables."
        })
final class Revontuli implements Runnable {

    @Override
    public void run() {
        throw CliException.usage("which command? `revontuli --help` lists them");
    }

    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Revontuli());
        Commands.all().forEach(line::addSubcommand);
        return line.setExecutionExceptionHandler(new Failures())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true);
    }

    public static void main(String[] args) {
        LauncherLogs.silence();
        System.exit(commandLine().execute(args));
    }

    /// Version of the build, from the jar.
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Revontuli.class.getPackage().getImplementationVersion();
            return new String[] {
                "revontuli " + (version == null ? "(development)" : version), "Java " + Runtime.version()
            };
        }
    }
}
