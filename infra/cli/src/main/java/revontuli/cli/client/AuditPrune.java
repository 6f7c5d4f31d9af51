package revontuli.cli.client;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import revontuli.api.safety.v1.PrivacyServiceGrpc;
import revontuli.api.safety.v1.PrivacyServiceGrpc.PrivacyServiceBlockingStub;
import revontuli.api.safety.v1.PruneRecordsRequest;
import revontuli.api.safety.v1.PruneRecordsResponse;
import revontuli.cli.Channels;
import revontuli.cli.CliException;
import revontuli.cli.ClientOptions;
import revontuli.cli.ExitCode;
import revontuli.cli.Service;

/// `revontuli audit prune`: takes records away whose retention is over.
@Command(
        name = "prune",
        mixinStandardHelpOptions = true,
        description = {
            "Take away the records whose retention is over and that no legal hold keeps.",
            "Their hashes, all tiles and checkpoints stay, and so does every proof; the pruning is a record itself. It cannot be"
                    + " undone: export first what must be kept, and look first with --dry-run."
        })
final class AuditPrune implements Callable<Integer> {
    private static final int AT_ONCE = 10_000;
    /// A look counts no further.
    private static final long LOOK_MAX = 1_000_000;

    @Mixin
    private final ClientOptions options = new ClientOptions();

    @Option(names = "--dry-run", description = "Only count what could be pruned.")
    private boolean dryRun;

    @Option(
            names = "--keep-days",
            defaultValue = "0",
            paramLabel = "N",
            description = "Keep records at least this long; never less than the 183 days or ten years of their class.")
    private int keepDays;

    @Option(
            names = "--max",
            defaultValue = "0",
            paramLabel = "N",
            description = "Records at most, the oldest first (default: all), in prunings of up to " + AT_ONCE + ".")
    private long max;

    @Override
    public Integer call() {
        if (max < 0) {
            throw CliException.usage("--max must not be negative");
        }
        try (Channels channels = options.channels("auditor")) {
            PrivacyServiceBlockingStub stub = PrivacyServiceGrpc.newBlockingStub(channels.to(Service.SAFETY));
            if (dryRun) {
                PruneRecordsResponse found =
                        stub.pruneRecords(request(0).setValidateOnly(true).build());
                options.out()
                        .line("%s%d records of %d bytes could be pruned%s; %d are kept by legal holds"
                                .formatted(
                                        found.getRecords() + found.getHeld() < LOOK_MAX ? "" : "at least ",
                                        found.getRecords(),
                                        found.getLeafBytes(),
                                        between(found),
                                        found.getHeld()));
                options.out().jsonText(Wire.json(found));
                return ExitCode.OK;
            }
            long records = 0;
            for (boolean more = true; more; ) {
                long count = max == 0 ? AT_ONCE : Math.min(AT_ONCE, max - records);
                PruneRecordsResponse pruned =
                        stub.pruneRecords(request((int) count).build());
                options.out()
                        .line("%s: %d records of %d bytes are gone%s"
                                .formatted(
                                        pruned.getName(), pruned.getRecords(), pruned.getLeafBytes(), between(pruned)));
                options.out().jsonText(Wire.json(pruned));
                records += pruned.getRecords();
                more = pruned.getMore() && (max == 0 || records < max);
            }
            return ExitCode.OK;
        }
    }

    private PruneRecordsRequest.Builder request(int count) {
        return PruneRecordsRequest.newBuilder().setKeepDays(keepDays).setMaxRecords(count);
    }

    private static String between(PruneRecordsResponse found) {
        return found.getRecords() == 0
                ? ""
                : ", between records/%d and records/%d".formatted(found.getFirstIndex(), found.getLastIndex());
    }
}
