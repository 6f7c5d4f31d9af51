package revontuli.cli.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import revontuli.api.safety.v1.AuditLogServiceGrpc;
import revontuli.api.safety.v1.AuditLogServiceGrpc.AuditLogServiceBlockingStub;
import revontuli.api.safety.v1.AuditRecord;
import revontuli.api.safety.v1.GetLineageRequest;
import revontuli.api.safety.v1.GetRecordRequest;
import revontuli.api.safety.v1.Lineage;
import revontuli.api.safety.v1.LineageDirection;
import revontuli.api.safety.v1.QueryRecordsRequest;
import revontuli.api.safety.v1.QueryRecordsResponse;
import revontuli.cli.Channels;
import revontuli.cli.CliException;
import revontuli.cli.ClientOptions;
import revontuli.cli.ExitCode;
import revontuli.cli.Home;
import revontuli.cli.HomeOption;
import revontuli.cli.JsonOption;
import revontuli.cli.Out;
import revontuli.cli.Service;
import revontuli.transparency.Verify;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.export.ExportVerifier;
import revontuli.transparency.export.Verification;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.merkle.SignedNote;

/// `revontuli audit`: the log, its lineage, its export and the proof that nothing was changed.
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = "The audit log: query, walk lineages, export, verify offline; erase, prune and hold.",
        subcommands = {
            AuditCommand.Query.class,
            AuditCommand.Get.class,
            AuditCommand.LineageOf.class,
            AuditAsOf.class,
            AuditReceipt.class,
            AuditVerifyReceipt.class,
            AuditReplay.class,
            AuditCommand.Export.class,
            AuditCommand.VerifyExport.class,
            AuditErase.class,
            AuditPrune.class,
            AuditHold.class,
            AuditHold.Release.class,
            AuditHold.ListAll.class
        })
public final class AuditCommand extends Group {
    private static final int WHOLE_PAGE = 1_000;

    private static AuditLogServiceBlockingStub stub(Channels channels) {
        return AuditLogServiceGrpc.newBlockingStub(channels.to(Service.SAFETY));
    }

    @Command(
            name = "query",
            mixinStandardHelpOptions = true,
            description = "List records; every filter that is given must match. An auditor sees all tenants.")
    static final class Query implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Mixin
        private final PageOptions page = new PageOptions();

        @Option(names = "--subject", paramLabel = "NAME", description = "Such as generations/{id} or jobs/{id}.")
        private String subject = "";

        @Option(names = "--action", paramLabel = "A", description = "Such as generation.admitted, or a prefix: job.*")
        private String action = "";

        @Option(names = "--actor", paramLabel = "P", description = "Such as users/operator.")
        private String actor = "";

        @Option(names = "--service", paramLabel = "S", description = "Such as trainer-svc.")
        private String service = "";

        @Option(names = "--tenant", paramLabel = "T", description = "Tenant.")
        private String tenant = "";

        @Option(names = "--model", paramLabel = "M", description = "Model version or model digest.")
        private String model = "";

        @Option(names = "--job", paramLabel = "J", description = "jobs/{id}")
        private String job = "";

        @Option(names = "--from", paramLabel = "TIME", description = "From this time on, such as 2026-11-25T12:00:00Z.")
        private String from = "";

        @Option(names = "--to", paramLabel = "TIME", description = "Before this time.")
        private String to = "";

        @Option(names = "--newest-first", description = "Newest first.")
        private boolean newestFirst;

        @Option(
                names = "--format",
                paramLabel = "F",
                defaultValue = "table",
                description = "table: one page (default); csv, jsonl: every record that matches, page after page.")
        private RecordFormat format = RecordFormat.TABLE;

        @Override
        public Integer call() {
            QueryRecordsRequest.Builder request = QueryRecordsRequest.newBuilder()
                    .setPageSize(page.size())
                    .setPageToken(page.token())
                    .setSubject(subject)
                    .setAction(action)
                    .setActor(actor)
                    .setService(service)
                    .setTenant(tenant)
                    .setModel(model)
                    .setJob(job)
                    .setNewestFirst(newestFirst);
            if (!from.isEmpty()) {
                request.setFromTime(AuditAsOf.time("--from", from));
            }
            if (!to.isEmpty()) {
                request.setToTime(AuditAsOf.time("--to", to));
            }
            try (Channels channels = options.channels("auditor")) {
                if (format != RecordFormat.TABLE) {
                    return all(channels, request);
                }
                QueryRecordsResponse answer = stub(channels).queryRecords(request.build());
                AuditRecords.print(options.out(), answer.getRecordsList());
                page.more(options.out(), answer.getNextPageToken());
                return ExitCode.OK;
            }
        }

        /// Every page, as text for programs; what was printed before a page failed is whole lines.
        private int all(Channels channels, QueryRecordsRequest.Builder request) {
            Out out = Out.standard(false);
            if (format == RecordFormat.CSV) {
                out.line(RecordFormat.header());
            }
            request.setPageSize(page.size() == 0 ? WHOLE_PAGE : page.size());
            QueryRecordsResponse answer;
            do {
                answer = stub(channels).queryRecords(request.build());
                for (AuditRecord record : answer.getRecordsList()) {
                    out.line(format == RecordFormat.CSV ? RecordFormat.csv(record) : Wire.json(record));
                }
                request.setPageToken(answer.getNextPageToken());
            } while (!answer.getNextPageToken().isEmpty());
            return ExitCode.OK;
        }
    }

    @Command(name = "get", mixinStandardHelpOptions = true, description = "Show one record with its exact leaf bytes.")
    static final class Get implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(paramLabel = "RECORD", description = "records/{index}")
        private String name = "";

        @Override
        public Integer call() {
            try (Channels channels = options.channels("auditor")) {
                AuditRecord record = stub(channels)
                        .getRecord(GetRecordRequest.newBuilder().setName(name).build());
                options.out().line(new String(record.getLeaf().toByteArray(), StandardCharsets.UTF_8));
                options.out().jsonText(Wire.json(record));
                return ExitCode.OK;
            }
        }
    }

    @Command(
            name = "lineage",
            mixinStandardHelpOptions = true,
            description = "Walk from a subject to everything it rests on, or to what rests on it.")
    static final class LineageOf implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(paramLabel = "SUBJECT", description = "Such as generations/{id} or models/{id}/versions/{n}.")
        private String subject = "";

        @Option(names = "--dependents", description = "The other way: what rests on it.")
        private boolean dependents;

        @Override
        public Integer call() {
            try (Channels channels = options.channels("auditor")) {
                Lineage lineage = stub(channels)
                        .getLineage(GetLineageRequest.newBuilder()
                                .setSubject(subject)
                                .setDirection(
                                        dependents
                                                ? LineageDirection.LINEAGE_DIRECTION_DEPENDENTS
                                                : LineageDirection.LINEAGE_DIRECTION_RESTS_ON)
                                .build());
                LineageTree.print(options.out(), lineage, dependents);
                options.out().jsonText(Wire.json(lineage));
                return ExitCode.OK;
            }
        }
    }

    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            description = "Write the whole log, and the tables it speaks of, into a new folder, for `audit verify`.")
    static final class Export implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(paramLabel = "DIR", description = "Folder that does not exist yet or is empty.")
        private Path folder = Path.of("");

        @Option(
                names = "--no-tables",
                description = "Leave out the tables of trainer-svc; then nobody can hold them against the log.")
        private boolean noTables;

        @Override
        public Integer call() {
            String[] there = folder.toFile().list();
            if (Files.exists(folder) && (there == null || there.length > 0)) {
                throw CliException.usage(folder + " is not empty: give a new folder");
            }
            try (Channels channels = options.channels("auditor")) {
                long leaves = noTables
                        ? AuditExport.write(channels.to(Service.SAFETY), folder)
                        : AuditExport.write(channels, folder);
                options.out().line(leaves + " records in " + folder);
                options.out().jsonText("{\"records\":" + leaves + "}");
                return ExitCode.OK;
            }
        }
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = {
                "Verify an export offline: no network, no database, no running service.",
                "Exit code 0 whole, 1 something is wrong (the first bad index is named), 2 it cannot be judged."
            })
    static final class VerifyExport implements Callable<Integer> {
        @Mixin
        private final HomeOption home = new HomeOption();

        @Mixin
        private final JsonOption json = new JsonOption();

        @Parameters(paramLabel = "DIR", description = "Folder of an export.")
        private Path folder = Path.of("");

        @Option(
                names = "--key",
                paramLabel = "PUB",
                description = "Public key of the log: base64 of its 32 bytes, or a file with it"
                        + " (default: the log of --home).")
        private @Nullable String key;

        @Option(
                names = "--checkpoint",
                paramLabel = "FILE",
                description = "Checkpoint of the same log that you kept (repeatable): only it can show a cut tail, a"
                        + " forked log or a replayed checkpoint.")
        private List<Path> checkpoints = List.of();

        @Option(
                names = "--verified",
                paramLabel = "FILE",
                description = "Checkpoint of an export of the same log that you verified before: the signatures of its"
                        + " leaves are not checked again.")
        private @Nullable Path verified;

        @Override
        public Integer call() {
            if (!Files.isDirectory(folder)) {
                throw CliException.usage(
                        "there is no folder " + folder + ": give that of an export (`audit export DIR`)");
            }
            try {
                List<SignedNote> older = new ArrayList<>();
                for (Path file : checkpoints) {
                    older.add(Verify.readCheckpoint(file));
                }
                VerifyingKey logKey = logKey(key, home.home());
                Verification verification = verified == null
                        ? ExportVerifier.verify(folder, logKey, older)
                        : ExportVerifier.verifyAgain(folder, logKey, Verify.readCheckpoint(verified), older);
                AuditRecords.print(json.out(), verification);
                return verification.ok() ? ExitCode.OK : ExitCode.REFUSED;
            } catch (IOException | MalformedException e) {
                throw CliException.usage("cannot judge " + folder + ": " + e.getMessage());
            }
        }
    }

    /// The key that was given, or that of the log of this home.
    static VerifyingKey logKey(@Nullable String given, Home home) throws IOException {
        if (given != null) {
            return Verify.readKey(given);
        }
        Path own = home.keys().resolve("log.pem");
        if (!Files.isRegularFile(own)) {
            throw CliException.usage("give the log's public key with --key");
        }
        return SigningKey.readPem(own).verifyingKey();
    }
}
