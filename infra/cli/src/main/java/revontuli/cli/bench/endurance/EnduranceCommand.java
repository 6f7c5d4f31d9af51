package revontuli.cli.bench.endurance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import revontuli.cli.CliException;
import revontuli.cli.ExitCode;
import revontuli.cli.Home;
import revontuli.cli.IoReason;
import revontuli.cli.JsonOption;
import revontuli.cli.Out;
import revontuli.cli.bench.Machine;
import revontuli.cli.client.ShippedModel;
import revontuli.cli.stack.AotUse;
import revontuli.cli.stack.Stack;
import revontuli.cli.stack.StackOptions;

/// `revontuli bench endurance`: whether inference-svc grows under an hour of mixed load.
@Command(
        name = "endurance",
        mixinStandardHelpOptions = true,
        description = {
            "Drive mixed load through a fresh stack and look each minute, at rest, at heap, memory, threads, files and slots.",
            "Exit code 1 when inference-svc grew, kept a slot, or a call was not answered as it must be."
        })
public final class EnduranceCommand implements Callable<Integer> {
    private static final int MINUTES_MIN = 4;
    private static final int MINUTES_MAX = 2880;
    private static final double PACE_MIN = 0.1;
    private static final double PACE_MAX = 100;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Option(
            names = "--minutes",
            defaultValue = "60",
            paramLabel = "N",
            description = "How long, 4 to 2880 (default: ${DEFAULT-VALUE}).")
    private int minutes;

    @Option(
            names = "--pace",
            defaultValue = "4",
            paramLabel = "N",
            description = "Calls begun a second, 0.1 to 100 (default: ${DEFAULT-VALUE}).")
    private double pace;

    @Option(names = "--out", paramLabel = "FILE", description = "Also write the page there (Markdown).")
    private @Nullable Path page;

    @Override
    public Integer call() {
        if (minutes < MINUTES_MIN || minutes > MINUTES_MAX || !(pace >= PACE_MIN && pace <= PACE_MAX)) {
            throw CliException.usage("--minutes must be from 4 to 2880, --pace from 0.1 to 100");
        }
        Path root = Path.of(System.getProperty("revontuli.root", ""));
        Out out = json.out();
        Machine machine = Machine.here(root);
        Home home = new Home(root.resolve("target/bench-endurance"));
        EnduranceResult result;
        try (Stack stack = Stack.start(StackOptions.built(home, true, Set.of(), AotUse.ONLY_USE), out)) {
            ShippedModel.enter(home, out);
            result = new Endurance(stack, root, pace, out).run(minutes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CliException.refused("interrupted");
        }
        List<String> lines = page(machine, result);
        lines.forEach(out::line);
        ObjectNode figures = result.json();
        figures.set("machine", machine.json());
        out.json(figures);
        Path file = page;
        if (file != null) {
            try {
                Files.write(file, lines);
            } catch (IOException e) {
                throw CliException.refused("cannot write " + file + ": " + IoReason.of(e));
            }
        }
        return result.passed() ? ExitCode.OK : ExitCode.REFUSED;
    }

    private List<String> page(Machine machine, EnduranceResult result) {
        List<String> lines = new ArrayList<>(List.of(
                "# Endurance",
                "",
                "`infra/revontuli bench endurance --minutes " + minutes + " --pace " + pace + "`",
                ""));
        lines.addAll(machine.lines());
        lines.add("");
        lines.addAll(result.lines());
        lines.add("");
        Arrays.stream(Kind.values()).forEach(kind -> lines.add("- *" + kind.label() + "*: " + kind.meaning()));
        lines.add(
                "- *models*: every second minute a version enters and is used, a second overtakes it, both are revoked");
        return lines;
    }
}
