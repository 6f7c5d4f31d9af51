package revontuli.cli.bench;

import picocli.CommandLine.Command;
import revontuli.cli.bench.endurance.EnduranceCommand;
import revontuli.cli.bench.engine.InferenceCommand;
import revontuli.cli.bench.ledger.LedgerCommand;
import revontuli.cli.bench.query.QueryCommand;
import revontuli.cli.client.Group;
import revontuli.cli.safety.SafetyCommand;

/// `revontuli bench`: measurements, one a subcommand.
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measure, and print results with command, machine, commit and date.",
        subcommands = {
            EnduranceCommand.class,
            InferenceCommand.class,
            LedgerCommand.class,
            QueryCommand.class,
            SafetyCommand.class,
            ServicesCommand.class,
            TokenizerCommand.class
        })
public final class BenchCommand extends Group {}
