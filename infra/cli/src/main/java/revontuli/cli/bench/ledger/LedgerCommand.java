package revontuli.cli.bench.ledger;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import revontuli.cli.CliException;
import revontuli.cli.ExitCode;
import revontuli.cli.IoReason;
import revontuli.cli.JsonOption;
import revontuli.cli.Out;
import revontuli.cli.bench.Machine;
import revontuli.platform.failpoint.Failpoint;

/// `revontuli bench ledger`: how fast the audit log is, and what it withstands.
@Command(
        name = "ledger",
        mixinStandardHelpOptions = true,
        description = {
            "Measure the audit log and attack it.",
            "Parts: rates (records a second in the database alone, beside a hash chain, and end to end with Kafka; lag of"
                    + " checkpoints; proofs), verify (the offline verifier), tamper (random changes in the database), bugs (seeded"
                    + " bugs that must be found), campaign (kills under load, three brokers). Exit code 1 when an act was lost, doubled"
                    + " or out of order, a tampering or a bug was not found or a wrong index was named; rates decide nothing."
        })
public final class LedgerCommand implements Callable<Integer> {
    /// What can be run apart.
    enum Part {
        RATES,
        VERIFY,
        TAMPER,
        BUGS,
        CAMPAIGN
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call
    private CommandSpec spec;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Option(
            names = "--parts",
            split = ",",
            defaultValue = "rates,verify,tamper,bugs,campaign",
            paramLabel = "PART",
            description = "Which parts, with commas between (default: ${DEFAULT-VALUE}).")
    private List<String> parts = List.of();

    @Option(
            names = "--rounds",
            defaultValue = "3",
            paramLabel = "N",
            description = "Rounds of each rate, 1 to 20 (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(
            names = "--seconds",
            defaultValue = "10",
            paramLabel = "S",
            description = "Load of a round, 1 to 600 (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--records",
            defaultValue = "20000",
            paramLabel = "N",
            description =
                    "Records of a round end to end, 100 to 1000000 (default: ${DEFAULT-VALUE}); 10000 come before and do not count.")
    private int records;

    @Option(
            names = "--entries",
            defaultValue = "200000",
            paramLabel = "N",
            description = "Leaves of the export that is verified, 1000 to 20000000 (default: ${DEFAULT-VALUE}).")
    private int entries;

    @Option(
            names = "--tamperings",
            defaultValue = "10000",
            paramLabel = "N",
            description = "Random changes, 10 to 1000000 (default: ${DEFAULT-VALUE}).")
    private int tamperings;

    @Option(
            names = "--kills",
            defaultValue = "300",
            paramLabel = "N",
            description = "Kills of the campaign, 1 to 100000 (default: ${DEFAULT-VALUE}).")
    private int kills;

    @Option(
            names = "--campaign-seconds",
            defaultValue = "7200",
            paramLabel = "S",
            description = "The campaign ends after this long with the kills that it has (default: ${DEFAULT-VALUE}).")
    private int campaignSeconds;

    @Option(
            names = "--rate-min",
            defaultValue = "50",
            paramLabel = "N",
            description = "Acknowledged acts a second before and after a kill; with fewer it does not count"
                    + " (default: ${DEFAULT-VALUE}).")
    private int rateMin;

    @Option(
            names = "--failpoints",
            split = ",",
            paramLabel = "POINT",
            description = "Where the service may end in the campaign, such as relay.sent,relay.acked (default: all).")
    private List<String> failpoints = List.of();

    @Option(names = "--seed", defaultValue = "1", paramLabel = "N", description = "Of all that is random here.")
    private long seed;

    @Option(
            names = "--journal",
            paramLabel = "FILE",
            description = "The campaign adds a line for every kill (default: target/bench-ledger/campaign.jsonl).")
    private @Nullable Path journal;

    @Option(names = "--out", paramLabel = "FILE", description = "Also write the page there (Markdown).")
    private @Nullable Path page;

    @Override
    public Integer call() {
        Set<Part> wanted = wanted();
        check("--rounds", rounds, 1, 20);
        check("--seconds", seconds, 1, 600);
        check("--records", records, 100, 1_000_000);
        check("--entries", entries, 1_000, 20_000_000);
        check("--tamperings", tamperings, 10, 1_000_000);
        check("--kills", kills, 1, 100_000);
        Path root = root();
        Out out = json.out();
        Machine machine = Machine.here(root);
        ObjectNode result = new ObjectMapper().createObjectNode();
        LedgerRun run = new LedgerRun(root, root.resolve("target/bench-ledger"), out, result);
        boolean good = true;
        try {
            for (Part part : Part.values()) {
                good &= !wanted.contains(part) || run(part, run);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw CliException.refused("interrupted");
        }
        List<String> lines = lines(machine, result);
        lines.forEach(out::line);
        result.set("machine", machine.json());
        out.json(result);
        if (page != null) {
            write(page, lines);
        }
        return good ? ExitCode.OK : ExitCode.REFUSED;
    }

    private boolean run(Part part, LedgerRun run) throws InterruptedException {
        return switch (part) {
            case RATES -> run.rates(rounds, records, Duration.ofSeconds(seconds));
            case VERIFY -> run.verify(entries);
            case TAMPER -> run.tamper(tamperings, seed);
            case BUGS -> run.bugs();
            case CAMPAIGN ->
                run.campaign(new CampaignPlan(
                        kills,
                        campaignSeconds,
                        rateMin,
                        seed,
                        points(),
                        journal == null ? run.folder().resolve("campaign.jsonl") : journal));
        };
    }

    private List<Failpoint> points() {
        List<Failpoint> all = List.of(Failpoint.values());
        List<String> ids = all.stream().map(Failpoint::id).toList();
        if (!ids.containsAll(failpoints)) {
            throw CliException.usage("--failpoints: there are " + String.join(", ", ids));
        }
        return failpoints.isEmpty()
                ? all
                : all.stream().filter(point -> failpoints.contains(point.id())).toList();
    }

    private Set<Part> wanted() {
        List<Part> found = new ArrayList<>();
        for (String part : parts) {
            try {
                found.add(Part.valueOf(part.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException _) {
                throw CliException.usage(
                        "--parts: no part '" + part + "': there are rates, verify, tamper, bugs, campaign");
            }
        }
        return Set.copyOf(found);
    }

    private static void check(String option, int value, int min, int max) {
        if (value < min || value > max) {
            throw CliException.usage(option + " must be from " + min + " to " + max);
        }
    }

    private List<String> lines(Machine machine, ObjectNode result) {
        List<String> lines = new ArrayList<>();
        lines.add("# The audit ledger, measured and attacked");
        lines.add("");
        lines.add("    infra/revontuli "
                + String.join(" ", spec.root().commandLine().getParseResult().originalArgs()));
        lines.add("");
        lines.addAll(machine.lines());
        lines.addAll(List.of("", "| | |", "| --- | --- |"));
        result.properties()
                .forEach(field -> lines.add("| `%s` | %s |"
                        .formatted(
                                field.getKey(),
                                field.getValue().isTextual() ? field.getValue().asText() : field.getValue())));
        return lines;
    }

    private static void write(Path page, List<String> lines) {
        try {
            Files.writeString(page, String.join("\n", lines) + "\n");
        } catch (IOException e) {
            throw CliException.refused("cannot write " + page + ": " + IoReason.of(e));
        }
    }

    private static Path root() {
        String root = System.getProperty("revontuli.root", "");
        if (root.isEmpty()) {
            throw CliException.refused("the project's root is unknown: start through infra/revontuli");
        }
        return Path.of(root);
    }
}
