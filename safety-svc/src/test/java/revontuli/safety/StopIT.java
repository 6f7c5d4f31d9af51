package revontuli.safety;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import revontuli.api.safety.v1.Direction;
import revontuli.api.safety.v1.ModerateTextRequest;
import revontuli.api.safety.v1.ModerationServiceGrpc;
import revontuli.testkit.Backbone;
import revontuli.testkit.Eventually;
import revontuli.testkit.Grpc;
import revontuli.testkit.InstalledService;
import revontuli.testkit.SteadyLoad;
import revontuli.testkit.TopicProbe;

/// The built service as a process: what a SIGTERM under load does, and what a start without its keys says.
class StopIT {
    private static final int BATCH = 25;
    private static final int LANES = 8;
    private static final ModerateTextRequest REQUEST = ModerateTextRequest.newBuilder()
            .setText("The lights dance over the lake")
            .setDirection(Direction.DIRECTION_PROMPT)
            .build();

    private static final Backbone BACKBONE = new Backbone();
    private static final LedgerKeys KEYS = new LedgerKeys();

    private final List<InstalledService> services = new ArrayList<>();

    @TempDir
    Path folder;

    @BeforeAll
    static void startTheBackbone() {
        BACKBONE.init(Map.of("service", "safety"));
        BACKBONE.start().forEach(System::setProperty);
        KEYS.start().forEach(System::setProperty);
    }

    @AfterAll
    static void stopTheBackbone() {
        KEYS.stop();
        BACKBONE.stop();
    }

    @AfterEach
    void stopProcesses() {
        services.forEach(InstalledService::close);
    }

    @Test
    void aStopUnderLoadLosesNothingAndBuriesNothing() throws Exception {
        InstalledService first = start("first", Map.of());
        awaitServing();
        assertThat(SteadyLoad.failures(2000, _ -> ModerationServiceGrpc.newBlockingStub(Grpc.as("caller"))
                        .withDeadlineAfter(30, TimeUnit.SECONDS)
                        .moderateText(REQUEST)))
                .as("calls before the stop")
                .isEmpty();
        try (TestSource source = TestSource.open("trainer-svc")) {
            AtomicBoolean sending = new AtomicBoolean(true);
            Thread sender = Thread.ofVirtual().start(() -> sendOn(source, sending));
            AtomicInteger verdicts = new AtomicInteger();
            ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
            AtomicBoolean calling = new AtomicBoolean(true);
            AtomicBoolean stopping = new AtomicBoolean();
            List<Thread> lanes = IntStream.range(0, LANES)
                    .mapToObj(_ -> Thread.ofVirtual().start(() -> callOn(calling, stopping, verdicts, failures)))
                    .toList();
            Eventually.holds("a verdict and a record under way", () -> verdicts.get() > 0 && entered(source) > 10);

            stopping.set(true);
            assertThat(first.stop(40)).as("stops by itself").isTrue();
            calling.set(false);
            for (Thread lane : lanes) {
                lane.join();
            }
            sending.set(false);
            sender.join();
            long before = entered(source);
            long judged = verdicts.get();

            InstalledService second = start("second", Map.of());
            Eventually.within(Duration.ofMinutes(2), "all records in the log", () -> Optional.of(true)
                    .filter(_ -> entered(source) == source.number()));
            assertThat(before).as("the stop came in the middle").isLessThan(source.number());
            assertThat(failures)
                    .as("calls that were in hand when the stop came")
                    .isEmpty();
            Eventually.holds(
                    "a record of each verdict",
                    () -> number("select count(*) from audit_record where action = 'moderation.judged'") >= judged);
            assertThat(TopicProbe.all("revontuli.audit.record.dead.safety-svc")).isEmpty();
            Eventually.holds(
                    "the close of its own source, whose place among all records is anywhere",
                    () -> number("select count(*) from ledger_source where closed_time is not null and service ="
                                    + " 'safety-svc'")
                            == 1);
            assertThat(first.errors()).isEmpty();
            assertThat(second.stop(40)).isTrue();
        }
    }

    @Test
    void aServiceWithoutItsOwnKeyInTheListDoesNotStart() throws Exception {
        Path list = folder.resolve("others.json");
        Files.writeString(
                list,
                "{\"safety-svc\": [\"" + LedgerKeys.logKey().verifyingKey().base64() + "\"]}");

        InstalledService refused =
                start("refused", Map.of("revontuli.safety.ledger.source-keys-file", list.toString()));

        assertThat(refused.ends(60)).isTrue();
        assertThat(refused.exitValue()).isNotZero();
        assertThat(refused.log()).contains("revontuli.safety.ledger.source-keys-file: this service's own key");
    }

    @Test
    void aServiceWhoseGrpcPortIsTakenEndsWithThatReason() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            InstalledService refused = start("taken", Map.of("quarkus.grpc.server.port", port));

            assertThat(refused.ends(90)).isTrue();
            assertThat(refused.exitValue()).isNotZero();
            assertThat(refused.log()).contains("the gRPC port " + port + " is taken by another process");
        }
    }

    /// Sends a batch of records now and then until it is told to stop, and one more: the log never has them all before.
    private static void sendOn(TestSource source, AtomicBoolean sending) {
        boolean more = true;
        while (more) {
            more = sending.get();
            source.sendAll(IntStream.range(0, BATCH)
                    .mapToObj(i -> source.act("job.noted", "notes/n" + (source.number() + i)))
                    .toList());
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }

    /// Calls one after the other; notes how those failed that were begun before the stop. To be sent elsewhere is no
    /// failure.
    private static void callOn(
            AtomicBoolean calling,
            AtomicBoolean stopping,
            AtomicInteger verdicts,
            ConcurrentLinkedQueue<String> failures) {
        ModerationServiceGrpc.ModerationServiceBlockingStub stub =
                ModerationServiceGrpc.newBlockingStub(Grpc.as("caller"));
        while (calling.get()) {
            boolean inHand = !stopping.get();
            try {
                stub.withDeadlineAfter(30, TimeUnit.SECONDS).moderateText(REQUEST);
                verdicts.incrementAndGet();
            } catch (StatusRuntimeException e) {
                if (inHand && e.getStatus().getCode() != Status.Code.UNAVAILABLE) {
                    failures.add(e.toString());
                }
            }
        }
    }

    private InstalledService start(String name, Map<String, String> changed) throws IOException {
        InstalledService service = InstalledService.start(folder, name, changed);
        services.add(service);
        return service;
    }

    private static void awaitServing() {
        Eventually.holds("a service that answers", () -> {
            try {
                ModerationServiceGrpc.newBlockingStub(Grpc.as("caller")).moderateText(REQUEST);
                return true;
            } catch (StatusRuntimeException _) {
                return false;
            }
        });
    }

    private static long entered(TestSource source) {
        return number("select count(*) from audit_record where source = '" + source.name() + "'");
    }

    private static long number(String sql) {
        try (Connection connection = DriverManager.getConnection(
                        System.getProperty("quarkus.datasource.jdbc.url"),
                        System.getProperty("quarkus.datasource.username"),
                        System.getProperty("quarkus.datasource.password"));
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new AssertionError("the database does not answer", e);
        }
    }
}
