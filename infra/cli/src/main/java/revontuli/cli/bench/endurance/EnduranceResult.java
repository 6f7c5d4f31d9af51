package revontuli.cli.bench.endurance;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import revontuli.cli.Service;

/// What was counted and seen, and whether it grew. The first quarter of the samples warms up and is not judged.
final class EnduranceResult {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MESSAGES_MAX = 20;

    /// How a call ended.
    enum Outcome {
        GOOD,
        /// Answered RESOURCE_EXHAUSTED.
        NO_ROOM,
        /// Too many were in flight.
        NOT_BEGUN,
        FAILED
    }

    /// One look at all services, while nothing was called.
    record Sample(Map<Service, Holding> holdings, double activeSlots, double activePositions) {
        Sample {
            holdings = Map.copyOf(holdings);
        }

        Holding of(Service service) {
            Holding holding = holdings.get(service);
            if (holding == null) {
                throw new IllegalArgumentException("no sample of " + service);
            }
            return holding;
        }
    }

    /// What may not grow, and what growth over the judged samples still counts as none.
    enum Quantity {
        HEAP("heap after a full collection, MiB", 4),
        OUTSIDE("resident outside the heap, MiB", 8),
        THREADS("threads", 2),
        FILES("open files and sockets", 4);

        private final String text;
        private final double allowance;

        Quantity(String text, double allowance) {
            this.text = text;
            this.allowance = allowance;
        }

        double of(Holding holding) {
            return switch (this) {
                case HEAP -> holding.heap();
                case OUTSIDE -> holding.outside();
                case THREADS -> holding.threads();
                case FILES -> holding.files();
            };
        }

        boolean holds(double growth) {
            return growth <= allowance;
        }
    }

    private final double pace;
    private final Map<String, Map<Outcome, Integer>> counts = new TreeMap<>();
    private final List<String> failures = new ArrayList<>();
    private final List<Sample> samples = new ArrayList<>();
    private Duration time = Duration.ZERO;
    private Duration processorTime = Duration.ZERO;

    EnduranceResult(double pace) {
        this.pace = pace;
    }

    synchronized void count(String kind, Outcome outcome) {
        counts.computeIfAbsent(kind, unseen -> new EnumMap<>(Outcome.class)).merge(outcome, 1, Integer::sum);
    }

    synchronized void failed(String kind, String why) {
        count(kind, Outcome.FAILED);
        if (failures.size() < MESSAGES_MAX) {
            failures.add(kind + ": " + why);
        }
    }

    synchronized List<String> failures() {
        return List.copyOf(failures);
    }

    synchronized void sample(Sample sample) {
        samples.add(sample);
    }

    synchronized void took(Duration all, Duration processors) {
        time = all;
        processorTime = processors;
    }

    /// Growth over the judged samples.
    synchronized double growth(Service service, Quantity quantity) {
        return Trend.growth(judged().stream()
                .mapToDouble(sample -> quantity.of(sample.of(service)))
                .toArray());
    }

    /// Whether inference-svc held what it holds, every slot was free whenever nothing was called, and no call failed.
    synchronized boolean passed() {
        boolean steady = Arrays.stream(Quantity.values())
                .allMatch(quantity -> quantity.holds(growth(Service.INFERENCE, quantity)));
        boolean free = samples.stream().allMatch(sample -> sample.activeSlots() == 0 && sample.activePositions() == 0);
        return steady && free && failures.isEmpty() && !samples.isEmpty();
    }

    private List<Sample> judged() {
        return samples.subList(samples.size() / 4, samples.size());
    }

    private int all(Outcome outcome) {
        return counts.values().stream()
                .mapToInt(kind -> kind.getOrDefault(outcome, 0))
                .sum();
    }

    synchronized ObjectNode json() {
        ObjectNode json = JSON.createObjectNode()
                .put("passed", passed())
                .put("minutes", Math.round(time.toSeconds() / 60.0))
                .put("judged_samples", judged().size())
                .put("calls_per_second_asked", pace)
                .put("cores_used", round(processorTime.toMillis() / (double) Math.max(1, time.toMillis())));
        counts.forEach((kind, outcomes) -> outcomes.forEach((outcome, count) ->
                json.withObject("/calls/" + kind).put(outcome.name().toLowerCase(Locale.ROOT), count)));
        failures.forEach(json.putArray("failures")::add);
        for (Service service : Service.values()) {
            for (Quantity quantity : Quantity.values()) {
                ObjectNode into = json.withObject("/services/" + service.fullName())
                        .putObject(quantity.name().toLowerCase(Locale.ROOT));
                into.put("growth", round(growth(service, quantity)));
                into.put("allowed", quantity.allowance);
                samples.forEach(sample -> into.withArray("samples").add(round(quantity.of(sample.of(service)))));
            }
        }
        samples.forEach(sample -> json.withArray("active_slots").add(sample.activeSlots()));
        return json;
    }

    /// For people, as Markdown.
    synchronized List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("**" + (passed() ? "Passed" : "Not passed") + "**: " + samples.size() + " samples in "
                + time.toMinutes()
                + " minutes, the last " + judged().size() + " judged; " + all(Outcome.GOOD)
                + " calls answered as they must be, "
                + all(Outcome.NO_ROOM) + " refused for want of room, " + all(Outcome.NOT_BEGUN) + " not begun, "
                + all(Outcome.FAILED)
                + " failed. Services and client used %.2f of a core."
                        .formatted(processorTime.toMillis() / (double) Math.max(1, time.toMillis())));
        lines.addAll(List.of("", "| service | quantity | at first | first judged | last | growth | allowed |"));
        lines.add("| --- | --- | ---: | ---: | ---: | ---: | ---: |");
        for (Service service : Service.values()) {
            for (Quantity quantity : Quantity.values()) {
                lines.add(row(service, quantity));
            }
        }
        double slotsMax =
                samples.stream().mapToDouble(Sample::activeSlots).max().orElse(0);
        lines.addAll(List.of("", "Most slots in use in a sample: %.0f.".formatted(slotsMax), ""));
        lines.addAll(List.of(
                "| kind of call | good | no room | not begun | failed |", "| --- | ---: | ---: | ---: | ---: |"));
        counts.forEach((kind, outcomes) -> {
            StringBuilder row = new StringBuilder("| " + kind + " |");
            for (Outcome outcome : Outcome.values()) {
                row.append(' ').append(outcomes.getOrDefault(outcome, 0)).append(" |");
            }
            lines.add(row.toString());
        });
        failures.forEach(failure -> lines.add("- " + failure));
        return lines;
    }

    private String row(Service service, Quantity quantity) {
        double growth = growth(service, quantity);
        String allowed = service == Service.INFERENCE
                ? "%.0f: %s".formatted(quantity.allowance, quantity.holds(growth) ? "holds" : "**grows**")
                : "not judged";
        return "| %s | %s | %.1f | %.1f | %.1f | %+.2f | %s |"
                .formatted(
                        service.fullName(),
                        quantity.text,
                        quantity.of(samples.getFirst().of(service)),
                        quantity.of(judged().getFirst().of(service)),
                        quantity.of(samples.getLast().of(service)),
                        growth,
                        allowed);
    }

    private static double round(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
