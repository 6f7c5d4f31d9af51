package revontuli.cli.bench;

import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import revontuli.cli.Channels;
import revontuli.cli.CliException;
import revontuli.cli.ClientCredential;
import revontuli.cli.Out;
import revontuli.cli.Service;
import revontuli.cli.bench.RunFigures.Figure;
import revontuli.cli.client.AwaitedModel;
import revontuli.cli.client.ShippedModel;
import revontuli.cli.stack.Foundation;
import revontuli.transparency.crypto.Digest;

/// Starts, calls and stops services, mode by mode within each round, against one Postgres and one Kafka.
final class ServicesBench {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(20);
    private static final double KIBIBYTES = 1024;

    private final Path root;
    private final ServicesPlan plan;
    private final Foundation foundation;
    private final Out out;
    private final ServicesResult result;

    private ServicesBench(Path root, ServicesPlan plan, Foundation foundation, Out out) {
        this.root = root;
        this.plan = plan;
        this.foundation = foundation;
        this.out = out;
        this.result = new ServicesResult(plan);
    }

    static ServicesResult run(Path root, ServicesPlan plan, Foundation foundation, Out out) {
        ServicesBench bench = new ServicesBench(root, plan, foundation, out);
        Map<Service, List<Launch>> launches = new EnumMap<>(Service.class);
        for (Service service : plan.services()) {
            launches.put(service, bench.launches(service));
        }
        if (plan.services().contains(Service.INFERENCE)) {
            bench.rounds(launches.getOrDefault(Service.INFERENCE, List.of()), bench::withoutModel);
        }
        bench.enterModel();
        for (Service service : plan.services()) {
            Workload workload = Workload.of(service, root);
            bench.result.describe(workload);
            bench.measure(workload, launches.getOrDefault(service, List.of()));
        }
        return bench.result;
    }

    private List<Launch> launches(Service service) {
        List<Launch> found = new ArrayList<>();
        for (Mode mode : plan.modes()) {
            switch (Launch.find(root, service, mode)) {
                case Launch.Found.Ready(var launch) -> found.add(launch);
                case Launch.Found.Missing(var why) -> {
                    result.missing(service, mode, why);
                    out.note("left out: %s %s, %s".formatted(service.fullName(), mode.label(), why));
                }
            }
        }
        found.forEach(result::built);
        return found;
    }

    /// Every mode once a round, each round beginning with another one.
    private void rounds(List<Launch> launches, Measurement measurement) {
        for (int round = 1; round <= plan.rounds(); round++) {
            List<Launch> turn = new ArrayList<>(launches);
            Collections.rotate(turn, 1 - round);
            for (Launch launch : turn) {
                out.note("%s %s, round %d of %d"
                        .formatted(launch.service().fullName(), launch.mode().label(), round, plan.rounds()));
                try {
                    result.add(measurement.of(launch, round));
                } catch (CliException e) {
                    String why = String.valueOf(e.getMessage());
                    result.failed(launch, round, why);
                    out.error(why);
                }
            }
        }
    }

    private void measure(Workload workload, List<Launch> launches) {
        List<RunningService> peers = new ArrayList<>();
        try {
            for (Service peer : workload.peers()) {
                peers.add(RunningService.start(foundation, usual(peer)));
            }
            rounds(launches, (launch, round) -> underLoad(workload, launch, round));
            peers.forEach(RunningService::stop);
        } finally {
            peers.forEach(RunningService::close);
        }
    }

    private RunFigures withoutModel(Launch launch, int round) {
        Map<Figure, Double> values = new EnumMap<>(Figure.class);
        try (RunningService running = RunningService.start(foundation, launch)) {
            atReady(running, values);
            values.put(Figure.STOP, running.stop());
        }
        return new RunFigures(launch.service(), launch.mode(), round, false, "", values);
    }

    private RunFigures underLoad(Workload workload, Launch launch, int round) {
        try (RunningService running = RunningService.start(foundation, launch)) {
            try (Channels channels = channels(workload.credential())) {
                return underLoad(workload, running, channels, round);
            } catch (StatusRuntimeException e) {
                running.printStacks();
                throw CliException.refused("%s (%s) failed under load: %s; %s"
                        .formatted(
                                workload.service().fullName(), launch.mode().label(), e.getStatus(), running.state()));
            }
        }
    }

    private RunFigures underLoad(Workload workload, RunningService running, Channels channels, int round) {
        Map<Figure, Double> values = new EnumMap<>(Figure.class);
        atReady(running, values);
        Channel channel = connected(channels, workload.service());
        if (workload.service() == Service.INFERENCE) {
            AwaitedModel.loaded(channel, ShippedModel.VERSION);
            values.put(Figure.SERVES_MODEL, running.age());
            values.put(Figure.RESIDENT_WITH_MODEL, ProcessFigures.residentKibibytes(running.pid()) / KIBIBYTES);
        }
        fromCold(workload, channel, running, values);
        warmedUp(workload, channel, running, values);
        String answers = answers(workload, channel);
        values.put(Figure.STOP, running.stop());
        return new RunFigures(workload.service(), running.launch().mode(), round, true, answers, values);
    }

    private static void atReady(RunningService running, Map<Figure, Double> values) {
        values.put(Figure.READY, running.age());
        values.put(Figure.CPU_TO_READY, seconds(ProcessFigures.cpu(running.pid())));
        values.put(Figure.RESIDENT, ProcessFigures.residentKibibytes(running.pid()) / KIBIBYTES);
        values.put(Figure.PROPORTIONAL, ProcessFigures.proportionalKibibytes(running.pid()) / KIBIBYTES);
    }

    private void fromCold(Workload workload, Channel channel, RunningService running, Map<Figure, Double> values) {
        long begin = System.nanoTime();
        workload.call().make(channel, 0);
        values.put(Figure.FIRST_CALL, (System.nanoTime() - begin) / 1e6);
        Load.Result cold = Load.calls(
                plan.calls(), workload.inFlight(), n -> workload.call().make(channel, n));
        values.put(Figure.COLD_RATE, cold.perSecond());
        values.put(Figure.RESIDENT_AFTER, ProcessFigures.residentKibibytes(running.pid()) / KIBIBYTES);
        values.put(Figure.REFUSED, (double) cold.refused());
    }

    private void warmedUp(Workload workload, Channel channel, RunningService running, Map<Figure, Double> values) {
        Load.during(plan.warmUp(), workload.inFlight(), n -> workload.call().make(channel, n));
        Duration before = ProcessFigures.cpu(running.pid());
        Load.Result warm = Load.during(
                plan.measure(), workload.inFlight(), n -> workload.call().make(channel, n));
        double spent = seconds(ProcessFigures.cpu(running.pid()).minus(before));
        values.put(Figure.RATE, warm.perSecond());
        values.put(Figure.MEDIAN, warm.percentile(0.5));
        values.put(Figure.P99, warm.percentile(0.99));
        values.put(Figure.CPU_PER_CALL, spent * 1000 / Math.max(1, warm.latencies().length));
        values.merge(Figure.REFUSED, (double) warm.refused(), Double::sum);
    }

    /// One digest over the answers to every text, one after another, and to the further checks.
    private String answers(Workload workload, Channel channel) {
        StringBuilder all = new StringBuilder();
        for (int n = 0; n < Workload.TEXTS; n++) {
            all.append(workload.call().make(channel, n)).append('\n');
        }
        for (Workload.Check check : workload.checks()) {
            try (Channels channels = channels(check.credential())) {
                for (int n = 0; n < check.count(); n++) {
                    all.append(check.call().make(channels.to(workload.service()), n))
                            .append('\n');
                }
            }
        }
        return Digest.of(all.toString().getBytes(StandardCharsets.UTF_8)).toString();
    }

    /// The shipped model enters once, with all four services running in the usual way.
    private void enterModel() {
        out.note("entering the shipped model");
        List<RunningService> all = new ArrayList<>();
        try {
            for (Service service : Service.values()) {
                all.add(RunningService.start(foundation, usual(service)));
            }
            ShippedModel.enter(foundation.home(), out);
            try (Channels channels = channels("caller")) {
                AwaitedModel.loaded(connected(channels, Service.INFERENCE), ShippedModel.VERSION);
            }
            all.reversed().forEach(RunningService::stop);
        } finally {
            all.forEach(RunningService::close);
        }
    }

    private Launch usual(Service service) {
        return switch (Launch.find(root, service, Mode.JVM)) {
            case Launch.Found.Ready(var launch) -> launch;
            case Launch.Found.Missing(var why) -> throw CliException.refused(service.fullName() + ": " + why);
        };
    }

    private Channels channels(String credential) {
        return Channels.open(foundation.home(), ClientCredential.load(foundation.home(), credential));
    }

    private static Channel connected(Channels channels, Service service) {
        if (!channels.connect(service, CONNECT_LIMIT)) {
            throw CliException.unavailable(service.fullName() + " takes no connection");
        }
        return channels.to(service);
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    /// What is done with one process of a round.
    private interface Measurement {
        RunFigures of(Launch launch, int round);
    }
}
