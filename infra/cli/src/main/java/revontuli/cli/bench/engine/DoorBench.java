package revontuli.cli.bench.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Channel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import revontuli.causallm.Checkpoint;
import revontuli.causallm.CheckpointRejected;
import revontuli.causallm.Compute;
import revontuli.causallm.LanguageModel;
import revontuli.cli.Channels;
import revontuli.cli.CliException;
import revontuli.cli.ClientCredential;
import revontuli.cli.Home;
import revontuli.cli.Out;
import revontuli.cli.Service;
import revontuli.cli.bench.Mode;
import revontuli.cli.bench.ProcessFigures;
import revontuli.cli.bench.RunningService;
import revontuli.cli.client.AwaitedModel;
import revontuli.cli.client.Models;
import revontuli.cli.stack.Foundation;
import revontuli.transparency.crypto.SigningKey;

/// What the gRPC door costs: the tokens a second of one engine alone, through inference-svc with a judge that lets
/// everything through at once, and through inference-svc with safety-svc. Each round every way has its turn; both
/// services run on the same cores as the engine alone does, with both compilers.
final class DoorBench {
    private static final String VERSION = "models/bench-door/versions/1";
    private static final int STREAMS = 8;
    private static final int POSITIONS = 256;
    private static final int WARM_UPS = 4;
    private static final int TIMES = 3;
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(20);
    private static final BenchShape SHAPE = BenchShape.M164;

    /// The three ways to the same tokens.
    private enum Way {
        ENGINE,
        DOOR,
        MODERATED;

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Path root;
    private final int rounds;
    private final int threads;
    private final Compute compute;
    private final Out out;
    private final Map<String, List<Double>> found = new LinkedHashMap<>();
    private int refused;
    private long judgeProcess;
    private int turn;

    DoorBench(Path root, int rounds, int threads, Compute compute, Out out) {
        this.root = root;
        this.rounds = rounds;
        this.threads = threads;
        this.compute = compute;
        this.out = out;
    }

    /// Adds the figures to the result.
    void measure(ObjectNode result) throws CheckpointRejected {
        Path folder = ServedShape.folder(SHAPE, root.resolve("target/bench-inference"));
        try (Foundation foundation = Foundation.start(new Home(root.resolve("target/bench-door")), out);
                LanguageModel engine = LanguageModel.open(
                        Checkpoint.open(SHAPE.checkpoint(root.resolve("target/bench-inference"))),
                        STREAMS,
                        POSITIONS,
                        threads,
                        compute);
                ReleasingJudge judge = new ReleasingJudge();
                RunningService safety = start(foundation, Service.SAFETY, Map.of(), Map.of())) {
            enter(foundation, folder);
            judgeProcess = safety.pid();
            for (int round = 1; round <= rounds; round++) {
                out.note("doors: round " + round + " of " + rounds);
                atTheEngine(engine);
                atTheDoor(foundation, Way.DOOR, Map.of("revontuli.platform.peers.addresses.safety", judge.address()));
                atTheEngine(engine);
                atTheDoor(foundation, Way.MODERATED, Map.of());
            }
            safety.stop();
        }
        write(result);
    }

    /// Once, with those services that it takes.
    private void enter(Foundation foundation, Path folder) {
        try (RunningService trainer = start(foundation, Service.TRAINER, Map.of(), Map.of());
                Channels operator = channels(foundation, "operator", Service.TRAINER)) {
            SigningKey key = SigningKey.readPem(foundation.home().keys().resolve("installation.pem"));
            new Models(operator)
                    .importFolder(VERSION, folder, operatorOf(foundation).principal(), key);
            out.note("entered " + VERSION);
            Thread.sleep(Duration.ofSeconds(2)); // its event leaves the outbox
            trainer.stop();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the installation key", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CliException.refused("interrupted");
        }
    }

    private void atTheEngine(LanguageModel engine) {
        for (boolean sampled : new boolean[] {false, true}) {
            DoorLoad load = new DoorLoad(STREAMS, sampled);
            load.atTheEngine(engine, turn++);
            for (int time = 0; time < TIMES; time++) {
                measured(
                        Way.ENGINE,
                        sampled,
                        List.of(ProcessHandle.current().pid()),
                        () -> load.atTheEngine(engine, turn++));
            }
        }
    }

    private void atTheDoor(Foundation foundation, Way way, Map<String, String> instead) {
        Map<String, String> environment = new HashMap<>();
        environment.put("REVONTULI_INFERENCE_ENGINE_SPECULATION", "false");
        environment.put("REVONTULI_INFERENCE_ENGINE_PRECISION", compute.text());
        environment.put("REVONTULI_INFERENCE_ENGINE_THREADS", Integer.toString(threads));
        environment.put("REVONTULI_INFERENCE_ENGINE_POSITIONS_MAX", Integer.toString(POSITIONS));
        environment.put("OMP_NUM_THREADS", Integer.toString(threads));
        try (RunningService inference = start(foundation, Service.INFERENCE, environment, instead);
                Channels caller = channels(foundation, "caller", Service.INFERENCE)) {
            Channel channel = caller.to(Service.INFERENCE);
            AwaitedModel.loaded(channel, VERSION);
            for (boolean sampled : new boolean[] {false, true}) {
                DoorLoad load = new DoorLoad(STREAMS, sampled);
                for (int warm = 0; warm < WARM_UPS; warm++) { // its compilers must have done their work
                    load.atTheDoor(channel, VERSION, turn++);
                }
                List<Long> processes =
                        way == Way.MODERATED ? List.of(inference.pid(), judgeProcess) : List.of(inference.pid());
                for (int time = 0; time < TIMES; time++) {
                    measured(way, sampled, processes, () -> load.atTheDoor(channel, VERSION, turn++));
                }
            }
            DoorLoad alone = new DoorLoad(1, false);
            for (int i = 0; i < 3; i++) {
                found.computeIfAbsent("first_text_ms/" + way.key(), unseen -> new ArrayList<>())
                        .add(alone.atTheDoor(channel, VERSION, turn++).firstText());
            }
            inference.stop();
        }
    }

    private void measured(Way way, boolean sampled, List<Long> processes, Supplier<DoorLoad.Rate> work) {
        Duration before = processorTime(processes);
        DoorLoad.Rate rate = work.get();
        Duration spent = processorTime(processes).minus(before);
        String key = way.key() + (sampled ? "_sampled" : "");
        found.computeIfAbsent("tokens_per_second/" + key, unseen -> new ArrayList<>())
                .add(rate.tokensPerSecond());
        double each = spent.toNanos() / 1e6 / Math.max(1, rate.tokens());
        found.computeIfAbsent("processor_ms_per_token/" + key, unseen -> new ArrayList<>())
                .add(each);
        refused += rate.refusals().size();
        out.note("   %-18s %8.1f tokens/s, %.3f ms of processors a token%s"
                .formatted(
                        key,
                        rate.tokensPerSecond(),
                        each,
                        rate.refusals().isEmpty() ? "" : ", refused " + rate.refusals()));
    }

    private static Duration processorTime(List<Long> processes) {
        return processes.stream().map(ProcessFigures::cpu).reduce(Duration.ZERO, Duration::plus);
    }

    private void write(ObjectNode result) {
        ObjectNode doors = result.putObject("doors");
        doors.put("shape", SHAPE.label()).put("streams", STREAMS).put("threads", threads);
        doors.put("precision", compute.text()).put("refused_streams", refused);
        found.forEach((key, values) -> doors.withObject("/" + key.substring(0, key.indexOf('/')))
                .put(key.substring(key.indexOf('/') + 1), EngineBench.round(median(key))));
        result.put("grpc_share", share(Way.DOOR, ""));
        result.put("grpc_share_sampled", share(Way.DOOR, "_sampled"));
        result.put("moderated_share", share(Way.MODERATED, ""));
        result.put("moderated_share_sampled", share(Way.MODERATED, "_sampled"));
        for (Way way : List.of(Way.DOOR, Way.MODERATED)) {
            for (String suffix : List.of("", "_sampled")) {
                double share = median("processor_ms_per_token/" + Way.ENGINE.key() + suffix)
                        / median("processor_ms_per_token/" + way.key() + suffix);
                doors.withObject("/processor_share").put(way.key() + suffix, EngineBench.round(share));
                out.line("%s%s: the engine alone takes %.3f of its processor time".formatted(way.key(), suffix, share));
            }
        }
        out.line("through the door: %.3f of the engine's tokens a second (%.3f sampled), moderated %.3f (%.3f)"
                .formatted(
                        share(Way.DOOR, ""),
                        share(Way.DOOR, "_sampled"),
                        share(Way.MODERATED, ""),
                        share(Way.MODERATED, "_sampled")));
        out.line("first text of one stream: %.1f ms through the door, %.1f ms moderated"
                .formatted(median("first_text_ms/" + Way.DOOR.key()), median("first_text_ms/" + Way.MODERATED.key())));
    }

    private double share(Way way, String suffix) {
        return EngineBench.round(median("tokens_per_second/" + way.key() + suffix)
                / median("tokens_per_second/" + Way.ENGINE.key() + suffix));
    }

    private double median(String key) {
        return EngineBench.median(found.getOrDefault(key, List.of(0.0)).stream()
                .mapToDouble(Double::doubleValue)
                .toArray());
    }

    private RunningService start(
            Foundation foundation, Service service, Map<String, String> environment, Map<String, String> instead) {
        return RunningService.start(foundation, root, service, Mode.JIT, environment, instead);
    }

    private static ClientCredential operatorOf(Foundation foundation) {
        return ClientCredential.load(foundation.home(), "operator");
    }

    private static Channels channels(Foundation foundation, String credential, Service service) {
        Channels channels = Channels.open(foundation.home(), ClientCredential.load(foundation.home(), credential));
        if (!channels.connect(service, CONNECT_LIMIT)) {
            channels.close();
            throw CliException.unavailable(service.fullName() + " takes no connection");
        }
        return channels;
    }
}
