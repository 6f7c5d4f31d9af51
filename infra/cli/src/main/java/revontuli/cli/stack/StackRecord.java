package revontuli.cli.stack;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.Locale;
import revontuli.cli.Home;

/// Writes `stack.json`, from which clients learn addresses. It holds no secret.
final class StackRecord {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Home home;
    private final ObjectNode json;

    StackRecord(Home home) {
        this.home = home;
        this.json = JSON.createObjectNode()
                .put("launcher_pid", ProcessHandle.current().pid())
                .put("home", home.folder().toString())
                .put("state", "starting");
    }

    synchronized void infrastructure(int postgresPort, long postgresPid, String kafkaBootstrap) {
        json.putObject("postgres").put("address", "127.0.0.1:" + postgresPort).put("pid", postgresPid);
        json.putObject("kafka").put("bootstrap", kafkaBootstrap);
        write();
    }

    synchronized void services(Collection<ServiceProcess> services, ServiceAddresses addresses) {
        ObjectNode all = json.putObject("services");
        for (ServiceProcess service : services) {
            all.putObject(service.service().fullName())
                    .put("grpc", addresses.grpcAddress(service.service()))
                    .put("http", addresses.httpAddress(service.service()))
                    .put("pid", service.pid())
                    .put("state", service.state().name().toLowerCase(Locale.ROOT))
                    .put("restarts", service.restarts());
        }
        write();
    }

    synchronized void state(String state) {
        json.put("state", state);
        write();
    }

    private void write() {
        Home.writeOwnOnly(home.stackFile(), json.toPrettyString() + "\n");
    }
}
