package revontuli.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;

/// Where the running stack can be reached, as its launcher wrote it down.
public record StackFile(JsonNode json) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /// What the launcher of this home wrote, if that launcher still lives.
    public static Optional<StackFile> find(Home home) {
        try {
            if (!Files.isRegularFile(home.stackFile())) {
                return Optional.empty();
            }
            return Optional.of(new StackFile(JSON.readTree(home.stackFile().toFile())))
                    .filter(StackFile::isAlive);
        } catch (IOException e) {
            throw CliException.unavailable("cannot read " + home.stackFile() + ": " + e.getMessage());
        }
    }

    /// As [#find]; ends the program with a sentence if nothing runs.
    public static StackFile get(Home home) {
        return find(home)
                .orElseThrow(() -> CliException.unavailable("no stack is running in " + home.folder()
                        + ": start one with `revontuli up`, or name its folder with --home"));
    }

    public long launcherPid() {
        return json.path("launcher_pid").asLong();
    }

    /// `starting`, `ready`, `degraded` or `stopping`.
    public String state() {
        return json.path("state").asText("starting");
    }

    /// Host and port of a service's gRPC server.
    public String grpcAddress(Service service) {
        return text(json.path("services").path(service.fullName()), "grpc");
    }

    /// Address of a service's HTTP server, without a slash at the end.
    public String httpAddress(Service service) {
        return text(json.path("services").path(service.fullName()), "http");
    }

    public String kafkaBootstrap() {
        return text(json.path("kafka"), "bootstrap");
    }

    private boolean isAlive() {
        return ProcessHandle.of(launcherPid()).filter(ProcessHandle::isAlive).isPresent();
    }

    private static String text(JsonNode node, String field) {
        String text = node.path(field).asText("");
        if (text.isEmpty()) {
            throw CliException.unavailable("the stack is still starting: try again in some seconds");
        }
        return text;
    }
}
