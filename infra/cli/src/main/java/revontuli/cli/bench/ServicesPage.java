package revontuli.cli.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import revontuli.cli.Service;
import revontuli.cli.bench.RunFigures.Figure;

/// The results as a Markdown page and as JSON.
final class ServicesPage {
    private static final double READY_SECONDS_MAX = 0.5;
    private static final double RESIDENT_MEBIBYTES_MAX = 120;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ServicesResult result;
    private final Machine machine;
    private final String command;

    ServicesPage(ServicesResult result, Machine machine, String command) {
        this.result = result;
        this.machine = machine;
        this.command = command;
    }

    ObjectNode json() {
        ObjectNode node = JSON.createObjectNode().put("command", command);
        node.set("machine", machine.json());
        ObjectNode built = node.putObject("built");
        result.built().forEach(built::put);
        result.missing().forEach(node.putArray("missing")::add);
        result.failed().forEach(node.putArray("failed")::add);
        ObjectNode same = node.putObject("same_answers");
        for (Service service : result.plan().services()) {
            same.put(service.fullName(), result.sameAnswers(service));
        }
        ArrayNode runs = node.putArray("runs");
        result.runs().forEach(run -> runs.add(run.json()));
        return node;
    }

    List<String> lines() {
        ServicesPlan plan = result.plan();
        List<String> lines = new ArrayList<>(List.of("# Services by mode", "", "Written by this command:", ""));
        lines.add("    " + command);
        lines.add("");
        lines.addAll(machine.lines());
        lines.addAll(List.of("", "Modes:", ""));
        plan.modes().forEach(mode -> lines.add("- %s: %s".formatted(mode.label(), mode.meaning())));
        built(lines);
        lines.addAll(List.of(
                "",
                "Each figure is the median of %d round%s, lowest and highest behind it. In a round every mode has its turn, and each round begins"
                        .formatted(plan.rounds(), plan.rounds() == 1 ? "" : "s"),
                "with another. All run against the same Postgres and Kafka; client, Postgres and Kafka share the machine. Ready means `/q/health/ready`, asked",
                "every %d ms; processor time comes in steps of 10 ms. After the first call on an open connection %d calls follow at once, then %d s of"
                        .formatted(
                                RunningService.POLL.toMillis(),
                                plan.calls(),
                                plan.warmUp().toSeconds()),
                "the same load to warm up, then %d s that are measured."
                        .formatted(plan.measure().toSeconds())));
        for (Service service : plan.services()) {
            if (service == Service.INFERENCE) {
                table(lines, service, false);
            }
            table(lines, service, true);
        }
        bars(lines);
        return lines;
    }

    private void built(List<String> lines) {
        lines.addAll(List.of("", "Built with:", ""));
        result.built().entrySet().stream()
                .collect(Collectors.groupingBy(
                        entry -> entry.getValue(),
                        LinkedHashMap::new,
                        Collectors.mapping(entry -> entry.getKey(), Collectors.joining(", "))))
                .forEach((with, what) -> lines.add("- %s: %s".formatted(what, with)));
        result.missing().forEach(what -> lines.add("- **not measured**, " + what));
        result.failed().forEach(what -> lines.add("- **failed**, " + what));
    }

    private void table(List<String> lines, Service service, boolean withModel) {
        List<Mode> modes = result.plan().modes().stream()
                .filter(mode -> runs(service, mode, withModel).findAny().isPresent())
                .toList();
        if (modes.isEmpty()) {
            return;
        }
        lines.addAll(List.of("", "## " + title(service, withModel), ""));
        if (withModel) {
            lines.addAll(List.of(result.call(service) + ".", ""));
        }
        lines.add("| | " + modes.stream().map(Mode::label).collect(Collectors.joining(" | ")) + " |");
        lines.add("| --- |" + " ---: |".repeat(modes.size()));
        for (Figure figure : Figure.values()) {
            List<String> cells = modes.stream()
                    .map(mode -> cell(service, mode, withModel, figure))
                    .toList();
            if (cells.stream().anyMatch(cell -> !cell.isEmpty())) {
                lines.add("| " + figure.label() + " | " + String.join(" | ", cells) + " |");
            }
        }
        if (withModel) {
            lines.addAll(List.of("", answers(service, modes)));
        }
    }

    private String answers(Service service, List<Mode> modes) {
        if (!result.sameAnswers(service)) {
            return "**The answers differ between runs**: the digests are in the JSON.";
        }
        long runs = modes.stream()
                .mapToLong(mode -> runs(service, mode, true).count())
                .sum();
        if (runs == 1) {
            return "There was one run, so its answers were compared with nothing.";
        }
        return "All %d runs gave the same answers to %d calls%s."
                .formatted(
                        runs,
                        Workload.TEXTS,
                        service == Service.INFERENCE ? ", and the same log-likelihoods to the last digit printed" : "");
    }

    private void bars(List<String> lines) {
        List<String> rows = new ArrayList<>();
        for (Service service : result.plan().services()) {
            boolean withModel = service != Service.INFERENCE;
            Optional<Double> ready = median(service, Mode.NATIVE, withModel, Figure.READY);
            Optional<Double> resident = median(service, Mode.NATIVE, withModel, Figure.RESIDENT);
            if (ready.isEmpty() || resident.isEmpty()) {
                continue;
            }
            rows.add("| %s | %s | %s | %s |"
                    .formatted(
                            service.fullName(),
                            verdict(ready.get() <= READY_SECONDS_MAX, Figure.READY.format(ready.get()) + " s"),
                            verdict(
                                    resident.get() <= RESIDENT_MEBIBYTES_MAX * 1e6 / (1024 * 1024),
                                    Figure.RESIDENT.format(resident.get()) + " MiB"),
                            ratio(service)));
        }
        if (!rows.isEmpty()) {
            lines.addAll(List.of(
                    "",
                    "## The bars of native",
                    "",
                    "| | ready in %s s | %s MB resident before a model is loaded | calls a second against jit, against jvm |"
                            .formatted(READY_SECONDS_MAX, (int) RESIDENT_MEBIBYTES_MAX),
                    "| --- | --- | --- | --- |"));
            lines.addAll(rows);
        }
    }

    private String ratio(Service service) {
        Optional<Double> own = median(service, Mode.NATIVE, true, Figure.RATE);
        return Stream.of(Mode.JIT, Mode.JVM)
                .map(mode -> own.flatMap(rate -> median(service, mode, true, Figure.RATE)
                                .map(other -> String.format(Locale.ROOT, "%.2fx", rate / other)))
                        .orElse("-"))
                .collect(Collectors.joining(", "));
    }

    private static String verdict(boolean met, String value) {
        return (met ? "met: " : "**missed**: ") + value;
    }

    private static String title(Service service, boolean withModel) {
        if (service != Service.INFERENCE) {
            return service.fullName();
        }
        return service.fullName() + (withModel ? " with the shipped model" : " before a model is promoted");
    }

    private String cell(Service service, Mode mode, boolean withModel, Figure figure) {
        double[] values = values(service, mode, withModel, figure);
        if (values.length == 0) {
            return "";
        }
        String middle = figure.format(middle(values));
        return values.length == 1
                ? middle
                : "%s (%s to %s)".formatted(middle, figure.format(values[0]), figure.format(values[values.length - 1]));
    }

    private Optional<Double> median(Service service, Mode mode, boolean withModel, Figure figure) {
        double[] values = values(service, mode, withModel, figure);
        return values.length == 0 ? Optional.empty() : Optional.of(middle(values));
    }

    private static double middle(double[] sorted) {
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    private double[] values(Service service, Mode mode, boolean withModel, Figure figure) {
        double[] values = runs(service, mode, withModel)
                .flatMap(run -> Stream.ofNullable(run.values().get(figure)))
                .mapToDouble(Double::doubleValue)
                .toArray();
        Arrays.sort(values);
        return values;
    }

    private Stream<RunFigures> runs(Service service, Mode mode, boolean withModel) {
        return result.runs().stream()
                .filter(run -> run.service() == service && run.mode() == mode && run.withModel() == withModel);
    }
}
