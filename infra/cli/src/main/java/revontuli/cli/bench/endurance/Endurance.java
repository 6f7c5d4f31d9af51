package revontuli.cli.bench.endurance;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import revontuli.cli.Channels;
import revontuli.cli.CliException;
import revontuli.cli.ClientCredential;
import revontuli.cli.Out;
import revontuli.cli.Service;
import revontuli.cli.StackFile;
import revontuli.cli.bench.ProcessFigures;
import revontuli.cli.client.AwaitedModel;
import revontuli.cli.client.ShippedModel;
import revontuli.cli.stack.Stack;

/// Drives mixed load through a running stack. Each minute the load rests until every call has ended, and then every
/// service is looked at.
final class Endurance {
    private static final int IN_FLIGHT_MAX = 12;
    private static final int FAILURES_MAX = 100;
    private static final int MINUTES_A_MODEL_TURN = 2;
    private static final Duration REST_MAX = Duration.ofMinutes(5);
    /// What ended is cleared away within so long: the loader looks every second.
    private static final Duration SETTLE = Duration.ofSeconds(3);
    private static final long SEED = 6;

    private final Stack stack;
    private final Path root;
    private final double pace;
    private final Out out;
    private final EnduranceResult result;
    private final Semaphore free = new Semaphore(IN_FLIGHT_MAX);
    private final AtomicInteger failures = new AtomicInteger();
    private final Random random = new Random(SEED);
    private final List<Kind> turn = new ArrayList<>();
    private int calls;

    Endurance(Stack stack, Path root, double pace, Out out) {
        this.stack = stack;
        this.root = root;
        this.pace = pace;
        this.out = out;
        this.result = new EnduranceResult(pace);
    }

    EnduranceResult run(int minutes) throws InterruptedException {
        try (Channels caller = Channels.open(stack.home(), ClientCredential.load(stack.home(), "caller"))) {
            AwaitedModel.loaded(caller.to(Service.INFERENCE), ShippedModel.VERSION);
        }
        Map<Service, Long> processes = processes();
        long begin = System.nanoTime();
        Duration spent = processorTime(processes);
        try (MixedLoad load = new MixedLoad(stack.home(), root);
                ModelTurns models = new ModelTurns(stack.home());
                HttpCalls metrics = new HttpCalls(StackFile.get(stack.home()).httpAddress(Service.INFERENCE), "")) {
            for (int minute = 1; minute <= minutes; minute++) {
                if (minute % MINUTES_A_MODEL_TURN == 0) {
                    start("models", models::turn);
                }
                minute(load, begin + Duration.ofMinutes(minute).toNanos());
                rest();
                look(minute, processes, metrics);
            }
        }
        result.took(
                Duration.ofNanos(System.nanoTime() - begin),
                processorTime(processes).minus(spent));
        return result;
    }

    private void minute(MixedLoad load, long end) throws InterruptedException {
        long gap = (long) (Duration.ofSeconds(1).toNanos() / pace);
        for (long next = System.nanoTime(); next - end < 0; next += gap) {
            long wait = next - System.nanoTime();
            if (wait > 0) {
                Thread.sleep(Duration.ofNanos(wait));
            }
            Kind kind = next();
            int n = calls++;
            start(kind.label(), () -> load.make(kind, n));
            if (failures.get() > FAILURES_MAX) {
                throw CliException.refused("more than " + FAILURES_MAX + " calls failed: " + result.failures());
            }
        }
    }

    /// Every kind once, in a new order each time.
    private Kind next() {
        if (turn.isEmpty()) {
            turn.addAll(List.of(Kind.values()));
            Collections.shuffle(turn, random);
        }
        return turn.removeLast();
    }

    private void start(String name, Runnable call) {
        if (!free.tryAcquire()) {
            result.count(name, EnduranceResult.Outcome.NOT_BEGUN);
            return;
        }
        Thread.ofVirtual().start(() -> {
            try {
                call.run();
                result.count(name, EnduranceResult.Outcome.GOOD);
            } catch (StatusRuntimeException e) {
                if (e.getStatus().getCode() == Status.Code.RESOURCE_EXHAUSTED) {
                    result.count(name, EnduranceResult.Outcome.NO_ROOM);
                } else {
                    failed(name, e);
                }
            } catch (RuntimeException e) {
                failed(name, e);
            } finally {
                free.release();
            }
        });
    }

    private void failed(String name, RuntimeException e) {
        failures.incrementAndGet();
        result.failed(name, String.valueOf(e.getMessage()));
        out.error(name + ": " + e.getMessage());
    }

    private void rest() throws InterruptedException {
        if (!free.tryAcquire(IN_FLIGHT_MAX, REST_MAX.toSeconds(), TimeUnit.SECONDS)) {
            throw CliException.refused("calls had not ended after " + REST_MAX.toSeconds() + " s");
        }
        free.release(IN_FLIGHT_MAX);
        Thread.sleep(SETTLE);
    }

    private void look(int minute, Map<Service, Long> processes, HttpCalls metrics) {
        if (!processes().equals(processes)) {
            throw CliException.refused("a service died and was started again");
        }
        double slots = metrics.metric("revontuli_inference_active_slots");
        double positions = metrics.metric("revontuli_inference_active_positions");
        Map<Service, Holding> holdings = new EnumMap<>(Service.class);
        processes.forEach((service, process) -> holdings.put(service, Holding.of(process)));
        result.sample(new EnduranceResult.Sample(holdings, slots, positions));
        Holding inference = holdings.get(Service.INFERENCE);
        out.note("minute %d: %d calls, inference-svc %s, slots in use %.0f".formatted(minute, calls, inference, slots));
    }

    private Map<Service, Long> processes() {
        Map<Service, Long> processes = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            processes.put(service, stack.process(service).pid());
        }
        return processes;
    }

    private static Duration processorTime(Map<Service, Long> processes) {
        Duration sum = ProcessFigures.cpu(ProcessHandle.current().pid());
        for (long process : processes.values()) {
            sum = sum.plus(ProcessFigures.cpu(process));
        }
        return sum;
    }
}
