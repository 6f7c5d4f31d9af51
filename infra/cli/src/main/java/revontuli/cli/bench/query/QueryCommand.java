package revontuli.cli.bench.query;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import revontuli.api.safety.v1.AuditLogServiceGrpc;
import revontuli.cli.Channels;
import revontuli.cli.CliException;
import revontuli.cli.ClientCredential;
import revontuli.cli.ExitCode;
import revontuli.cli.Home;
import revontuli.cli.IoReason;
import revontuli.cli.JsonOption;
import revontuli.cli.Out;
import revontuli.cli.Service;
import revontuli.cli.bench.Machine;
import revontuli.cli.stack.AotUse;
import revontuli.cli.stack.Stack;
import revontuli.cli.stack.StackOptions;

/// `revontuli bench query`: how long queries of a large audit log take, over gRPC.
@Command(
        name = "query",
        mixinStandardHelpOptions = true,
        description = {
            "Grow the audit log of a fresh stack with generated records and measure queries with every indexed filter.",
            "Exit code 1 when the p99 of any of them is over 100 ms."
        })
public final class QueryCommand implements Callable<Integer> {
    private static final double BAR_MILLIS = 100;
    private static final int WARM = 20;

    @Mixin
    private final JsonOption json = new JsonOption();

    @Option(
            names = "--records",
            defaultValue = "5000000",
            paramLabel = "N",
            description = "Records of the log, 10,000 to 50,000,000 (default: ${DEFAULT-VALUE}).")
    private long records;

    @Option(
            names = "--queries",
            defaultValue = "200",
            paramLabel = "N",
            description = "Queries of each kind, 100 to 10,000 (default: ${DEFAULT-VALUE}).")
    private int queries;

    @Option(names = "--seed", defaultValue = "1", paramLabel = "S", description = "Of the values that are asked for.")
    private long seed;

    @Option(names = "--out", paramLabel = "FILE", description = "Also write the page there.")
    private @Nullable Path page;

    /// What one kind of query took, in milliseconds.
    record Figure(String name, double p50, double p99, double max, double rows) {}

    @Override
    public Integer call() {
        if (records < 10_000 || records > 50_000_000 || queries < 100 || queries > 10_000) {
            throw CliException.usage("--records must be from 10000 to 50000000, --queries from 100 to 10000");
        }
        Path root = Path.of(System.getProperty("revontuli.root", ""));
        Out out = json.out();
        Machine machine = Machine.here(root);
        Home home = new Home(root.resolve("target/bench-query"));
        List<Figure> figures;
        try (Stack stack = Stack.start(StackOptions.built(home, true, Set.of(), AotUse.ONLY_USE), out)) {
            GrownLog.grow(stack.postgres(), records, size -> out.progress("the log has " + size + " records"));
            try (Channels auditor = Channels.open(home, ClientCredential.load(home, "auditor"))) {
                figures = measure(auditor, out);
            }
        }
        report(machine, figures, out);
        return figures.stream().allMatch(figure -> figure.p99() <= BAR_MILLIS) ? ExitCode.OK : ExitCode.REFUSED;
    }

    /// The kinds take turns, so that what disturbs the machine disturbs all of them.
    private List<Figure> measure(Channels auditor, Out out) {
        var stub = AuditLogServiceGrpc.newBlockingStub(auditor.to(Service.SAFETY));
        List<Question> questions = Question.all();
        double[][] millis = new double[questions.size()][queries];
        long[] rows = new long[questions.size()];
        SplittableRandom random = new SplittableRandom(seed);
        for (int turn = -WARM; turn < queries; turn++) {
            for (int kind = 0; kind < questions.size(); kind++) {
                var request = questions.get(kind).draw().apply(random, records).build();
                long begin = System.nanoTime();
                var answer = stub.queryRecords(request);
                double took = (System.nanoTime() - begin) / 1e6;
                if (turn >= 0) {
                    millis[kind][turn] = took;
                    rows[kind] += answer.getRecordsCount();
                }
            }
            out.progress("turn " + (turn + WARM + 1) + " of " + (queries + WARM));
        }
        List<Figure> figures = new ArrayList<>();
        for (int kind = 0; kind < questions.size(); kind++) {
            Arrays.sort(millis[kind]);
            figures.add(new Figure(
                    questions.get(kind).name(),
                    at(millis[kind], 0.50),
                    at(millis[kind], 0.99),
                    millis[kind][queries - 1],
                    (double) rows[kind] / queries));
        }
        return figures;
    }

    private static double at(double[] sorted, double share) {
        return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }

    private void report(Machine machine, List<Figure> figures, Out out) {
        ObjectNode result =
                new ObjectMapper().createObjectNode().put("records", records).put("queries", queries);
        result.set("machine", machine.json());
        double worst = figures.stream().mapToDouble(Figure::p99).max().orElse(0);
        result.put("worst_p99_ms", worst);
        for (Figure figure : figures) {
            result.withArray("kinds")
                    .addObject()
                    .put("name", figure.name())
                    .put("p50_ms", figure.p50())
                    .put("p99_ms", figure.p99())
                    .put("max_ms", figure.max())
                    .put("rows", figure.rows());
        }
        List<String> lines = lines(machine, figures);
        lines.forEach(out::line);
        out.json(result);
        Path file = page;
        if (file != null) {
            try {
                Files.write(file, lines);
            } catch (IOException e) {
                throw CliException.refused("cannot write " + file + ": " + IoReason.of(e));
            }
        }
    }

    private List<String> lines(Machine machine, List<Figure> figures) {
        List<String> lines = new ArrayList<>(List.of(
                "# Queries of a large audit log",
                "",
                "`infra/revontuli bench query --records " + records + " --queries " + queries + " --seed " + seed + "`",
                ""));
        lines.addAll(machine.lines());
        lines.addAll(List.of(
                "",
                "Generated records, filters drawn at random, pages of 50, over gRPC from the same machine, one at a time;"
                        + " each query also commits a record of itself. The kinds take turns.",
                "",
                "| filter | p50 ms | p99 ms | longest ms | rows a page |",
                "| --- | ---: | ---: | ---: | ---: |"));
        for (Figure figure : figures) {
            lines.add(String.format(
                    Locale.ROOT,
                    "| %s | %.1f | %.1f | %.1f | %.1f |",
                    figure.name(),
                    figure.p50(),
                    figure.p99(),
                    figure.max(),
                    figure.rows()));
        }
        return lines;
    }
}
