package revontuli.cli.stack;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import revontuli.cli.ExitCode;
import revontuli.cli.Home;
import revontuli.cli.HomeOption;
import revontuli.cli.JsonOption;
import revontuli.cli.Out;
import revontuli.cli.Service;
import revontuli.cli.StackFile;

/// `revontuli status`: what runs, and whether each service serves right now.
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Show what runs in this home folder: exit code 0 all serve, 1 some do not, 3 nothing runs.")
public final class StatusCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Mixin
    private final HomeOption homeOption = new HomeOption();

    @Mixin
    private final JsonOption json = new JsonOption();

    @Override
    public Integer call() {
        Home home = homeOption.home();
        Optional<StackFile> running = HomeLock.isTaken(home) ? StackFile.find(home) : Optional.empty();
        return running.map(this::show).orElseGet(() -> {
            json.out().line("no stack is running in " + home.folder());
            json.out()
                    .json(JSON.createObjectNode()
                            .put("state", "stopped")
                            .put("home", home.folder().toString()));
            return ExitCode.UNAVAILABLE;
        });
    }

    private int show(StackFile stack) {
        Out out = json.out();
        ObjectNode answer = stack.json().deepCopy();
        out.line("%-15s %s, process %d".formatted("launcher", stack.state(), stack.launcherPid()));
        out.line("%-15s %s"
                .formatted("postgres", answer.path("postgres").path("address").asText("-")));
        out.line("%-15s %s"
                .formatted("kafka", answer.path("kafka").path("bootstrap").asText("-")));
        boolean allServe = true;
        for (Service service : Service.values()) {
            boolean serves = answer.path("services").path(service.fullName()) instanceof ObjectNode entry
                    && showService(out, service, entry);
            allServe &= serves;
        }
        out.json(answer);
        return allServe ? ExitCode.OK : ExitCode.REFUSED;
    }

    private static boolean showService(Out out, Service service, ObjectNode entry) {
        Readiness readiness = new Readiness(entry.path("http").asText());
        boolean serves = readiness.isReady();
        entry.put("ready", serves);
        String state = serves ? out.green("serves") : out.red("does not serve, " + readiness.reason());
        out.line("%-15s %s, gRPC %s, HTTP %s, process %d, %d restarts"
                .formatted(
                        service.fullName(),
                        state,
                        entry.path("grpc").asText(),
                        entry.path("http").asText(),
                        entry.path("pid").asLong(),
                        entry.path("restarts").asInt()));
        return serves;
    }
}
