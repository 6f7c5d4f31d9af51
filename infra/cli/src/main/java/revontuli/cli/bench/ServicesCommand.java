package revontuli.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import revontuli.cli.CliException;
import revontuli.cli.ExitCode;
import revontuli.cli.Home;
import revontuli.cli.IoReason;
import revontuli.cli.JsonOption;
import revontuli.cli.Out;
import revontuli.cli.Service;
import revontuli.cli.stack.Foundation;

/// `revontuli bench services`: what starts, memory and calls cost in each mode.
@Command(
        name = "services",
        mixinStandardHelpOptions = true,
        description = {
            "Measure starts, memory and calls of the services as executables and on the JVM.",
            "The modes have their turns within each round, against one Postgres and one Kafka in a fresh home. What is not"
                    + " built is named and left out, a run that fails is named and the others go on. Exit code 1 when a run failed or the"
                    + " modes gave different answers."
        })
public final class ServicesCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Option(
            names = "--services",
            split = ",",
            defaultValue = "tokenizer,safety,trainer,inference",
            paramLabel = "NAME",
            description = "Which services, with commas between (default: ${DEFAULT-VALUE}).")
    private List<String> services = List.of();

    @Option(
            names = "--modes",
            split = ",",
            defaultValue = "native,aot,jvm,jit",
            paramLabel = "MODE",
            description = "Which modes, with commas between (default: ${DEFAULT-VALUE}).")
    private List<Mode> modes = List.of();

    @Option(
            names = "--rounds",
            defaultValue = "3",
            paramLabel = "N",
            description = "Starts of each service in each mode, 1 to 20 (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--calls",
            defaultValue = "2000",
            paramLabel = "N",
            description = "Calls before memory is read again, 1 to 100000 (default: ${DEFAULT-VALUE}).")
    private int calls;

    @Option(
            names = "--warm-up",
            defaultValue = "10",
            paramLabel = "SECONDS",
            description = "Load before the rate is measured, 1 to 600 (default: ${DEFAULT-VALUE}).")
    private int warmUp;

    @Option(
            names = "--measure",
            defaultValue = "10",
            paramLabel = "SECONDS",
            description = "Load in which the rate is measured, 1 to 600 (default: ${DEFAULT-VALUE}).")
    private int measure;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Also write the page there (Markdown), and beside it the JSON.")
    private @Nullable Path page;

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "Folder for data and logs; what is in it is deleted (default: target/bench of the project).")
    private @Nullable Path folder;

    @Override
    public Integer call() {
        ServicesPlan plan = new ServicesPlan(
                services.stream().map(ServicesCommand::service).toList(),
                modes,
                rounds,
                calls,
                Duration.ofSeconds(warmUp),
                Duration.ofSeconds(measure));
        Path root = root();
        Out out = json.out();
        Machine machine = Machine.here(root);
        String command = "infra/revontuli "
                + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
        Home home = new Home(folder == null ? root.resolve("target/bench") : folder);
        ServicesResult result;
        try (Foundation foundation = Foundation.start(home, out)) {
            result = ServicesBench.run(root, plan, foundation, out);
        }
        ServicesPage written = new ServicesPage(result, machine, command);
        out.line("");
        written.lines().forEach(out::line);
        out.json(written.json());
        if (page != null) {
            write(page, written);
        }
        boolean good = result.failed().isEmpty() && plan.services().stream().allMatch(result::sameAnswers);
        return good ? ExitCode.OK : ExitCode.REFUSED;
    }

    private static void write(Path page, ServicesPage written) {
        String name = page.getFileName().toString();
        Path data = page.resolveSibling((name.endsWith(".md") ? name.substring(0, name.length() - 3) : name) + ".json");
        List<String> lines = new ArrayList<>(written.lines());
        lines.addAll(List.of("", "Every run: [" + data.getFileName() + "](" + data.getFileName() + ")."));
        try {
            Files.writeString(page, String.join("\n", lines) + "\n");
            Files.writeString(data, written.json().toPrettyString() + "\n");
        } catch (IOException e) {
            throw CliException.refused("cannot write " + page + ": " + IoReason.of(e));
        }
    }

    private static Path root() {
        String root = System.getProperty("revontuli.root", "");
        if (root.isEmpty()) {
            throw CliException.refused("the project's root is unknown: start through infra/revontuli");
        }
        return Path.of(root);
    }

    private static Service service(String name) {
        String full = name.endsWith("-svc") ? name : name + "-svc";
        return Service.find(full)
                .orElseThrow(() ->
                        CliException.usage("no service " + name + ": there are tokenizer, inference, safety, trainer"));
    }
}
