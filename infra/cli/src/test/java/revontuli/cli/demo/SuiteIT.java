package revontuli.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import revontuli.api.inference.v1.InferenceServiceGrpc;
import revontuli.api.inference.v1.ListModelsRequest;
import revontuli.api.inference.v1.LoadedModel;
import revontuli.api.trainer.v1.GetJobRequest;
import revontuli.api.trainer.v1.Job;
import revontuli.api.trainer.v1.JobServiceGrpc;
import revontuli.api.trainer.v1.Plan;
import revontuli.api.trainer.v1.SubmitJobRequest;
import revontuli.cli.Channels;
import revontuli.cli.ClientCredential;
import revontuli.cli.Home;
import revontuli.cli.Out;
import revontuli.cli.Service;
import revontuli.cli.StackFile;
import revontuli.cli.client.AuditExport;
import revontuli.cli.client.JobFile;
import revontuli.cli.client.JobWatch;
import revontuli.cli.client.Submissions;
import revontuli.cli.stack.AotUse;
import revontuli.cli.stack.Stack;
import revontuli.cli.stack.StackOptions;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.export.ExportVerifier;
import revontuli.transparency.export.Verification;

/// The whole suite as it is installed: the four packaged services as processes, real Postgres and Kafka, one story
// each.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SuiteIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Out OUT = new Out(System.out, System.out, false, false);

    @TempDir
    static Path folder;

    private Home home() {
        return new Home(folder.resolve("home"));
    }

    private Stack start(boolean fresh) {
        Set<Service> executables = Stream.of(
                        System.getProperty("revontuli.native", "").split(","))
                .flatMap(name -> Service.find(name).stream())
                .collect(Collectors.toSet());
        return Stack.start(StackOptions.built(home(), fresh, executables, AotUse.ONLY_USE), OUT);
    }

    @Test
    @Order(1)
    void theStoryHoldsAndAJobSurvivesTheDeathOfEveryService() throws IOException {
        try (Stack stack = start(true)) {
            new Story(home(), DemoFiles.find(), OUT).tell();

            String job = submitSecondJob();
            for (Service service : List.of(Service.TRAINER, Service.TOKENIZER, Service.SAFETY, Service.INFERENCE)) {
                awaitRunning(job);
                killAndAwaitReturn(stack, service);
            }
            Job ended;
            try (Channels operator = as("operator")) {
                ended = JobWatch.toTheEnd(operator, job, OUT);
            }

            assertThat(ended.getState()).isEqualTo(Job.State.SUCCEEDED);
            awaitInLog(job, "job.succeeded");
            Path export = export("after-kills");
            Verification verification = verify(export);
            assertThat(verification.ok()).as(verification.message()).isTrue();
            assertThat(verification.compared().rows().tables()).containsExactly("datasets", "jobs", "model_versions");
            assertThat(verification.compared().rows().compared()).isGreaterThan(3);
            assertThat(verification.compared().rows().ahead()).isZero();
            assertThat(linesWith(export, "\"action\":\"job.succeeded\"", job)).hasSize(1);
            assertThat(linesWith(export, "\"action\":\"event.rejected\"", "")).isEmpty();
        }
    }

    @Test
    @Order(2)
    void theSecondStartIsQuickSmallAndServesWhatWasServed() throws IOException {
        long begun = System.nanoTime();
        try (Stack stack = start(false)) {
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
            long mebibytes = proportionalMemory(stack) / 1024;
            System.out.printf(
                    "second start: ready after %.1f s, %d MiB in all (proportional set size)%n",
                    millis / 1e3, mebibytes);

            assertThat(mebibytes).isLessThan(1_600);
            try (Channels caller = as("caller")) {
                List<String> served = InferenceServiceGrpc.newBlockingStub(caller.to(Service.INFERENCE))
                        .listModels(ListModelsRequest.getDefaultInstance())
                        .getModelsList()
                        .stream()
                        .map(LoadedModel::getName)
                        .toList();
                assertThat(served).contains("models/aurora-mini/versions/2");
            }
            Verification verification = verify(export("after-restart"));
            assertThat(verification.ok()).as(verification.message()).isTrue();
        }
    }

    private Channels as(String name) {
        return Channels.open(home(), ClientCredential.load(home(), name));
    }

    /// The demo's job under another name, a little longer, so that it runs while services die.
    private String submitSecondJob() {
        SubmitJobRequest first = JobFile.read(DemoFiles.find().job());
        Plan plan = first.getPlan().toBuilder().setSeed(2).build();
        SubmitJobRequest second =
                first.toBuilder().setJobId("survivor").setPlan(plan).build();
        ClientCredential operator = ClientCredential.load(home(), "operator");
        Submissions.sign(second, operator.principal(), operator.signingKey()).send(StackFile.get(home()), operator);
        return "jobs/survivor";
    }

    private void awaitRunning(String job) {
        Story.await(
                job + " runs or has ended",
                () -> state(job).filter(this::runsOrEnded).isPresent());
    }

    private boolean runsOrEnded(Job.State state) {
        return state == Job.State.RUNNING || state == Job.State.EVALUATING || state == Job.State.SUCCEEDED;
    }

    private Optional<Job.State> state(String job) {
        try (Channels operator = as("operator")) {
            return Optional.of(JobServiceGrpc.newBlockingStub(operator.to(Service.TRAINER))
                    .getJob(GetJobRequest.newBuilder().setName(job).build())
                    .getState());
        } catch (StatusRuntimeException _) {
            return Optional.empty();
        }
    }

    private static void killAndAwaitReturn(Stack stack, Service service) {
        ProcessHandle victim = stack.process(service);
        victim.destroyForcibly();
        victim.onExit().orTimeout(10, TimeUnit.SECONDS).join();
        Story.await(service.fullName() + " is back", () -> serves(stack, service, victim.pid()));
    }

    private static boolean serves(Stack stack, Service service, long before) {
        try {
            HttpRequest ready = HttpRequest.newBuilder(
                            URI.create(StackFile.get(stack.home()).httpAddress(service) + "/q/health/ready"))
                    .timeout(Duration.ofSeconds(2))
                    .build();
            return stack.process(service).pid() != before
                    && HTTP.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException | RuntimeException _) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void awaitInLog(String subject, String action) {
        Story.await(action + " of " + subject + " is in the log", () -> {
            try {
                return !linesWith(export("look-" + System.nanoTime()), "\"action\":\"" + action + "\"", subject)
                        .isEmpty();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private Path export(String name) {
        try (Channels auditor = as("auditor")) {
            Path export = folder.resolve(name);
            AuditExport.write(auditor, export);
            return export;
        }
    }

    private Verification verify(Path export) throws IOException {
        return ExportVerifier.verify(
                export, SigningKey.readPem(home().keys().resolve("log.pem")).verifyingKey());
    }

    private static List<String> linesWith(Path export, String first, String second) throws IOException {
        try (Stream<String> lines = Files.lines(export.resolve("leaves.jsonl"), StandardCharsets.UTF_8)) {
            return lines.filter(line -> line.contains(first) && line.contains(second))
                    .toList();
        }
    }

    /// KiB of this JVM's broker, Postgres and the services, shared pages counted once.
    private static long proportionalMemory(Stack stack) {
        Stream<ProcessHandle> services = Stream.of(Service.values()).map(stack::process);
        ProcessHandle postgres = ProcessHandle.of(stack.postgres().pid()).orElseThrow();
        return Stream.of(services, Stream.of(postgres), postgres.descendants(), Stream.of(ProcessHandle.current()))
                .flatMap(all -> all)
                .mapToLong(SuiteIT::kibibytes)
                .sum();
    }

    private static long kibibytes(ProcessHandle process) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "smaps_rollup")).stream()
                    .filter(line -> line.startsWith("Pss:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .sum();
        } catch (IOException _) {
            return 0;
        }
    }
}
