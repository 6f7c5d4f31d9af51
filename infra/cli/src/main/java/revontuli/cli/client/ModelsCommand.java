package revontuli.cli.client;

import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import revontuli.api.trainer.v1.ListModelVersionsRequest;
import revontuli.api.trainer.v1.ListModelVersionsResponse;
import revontuli.api.trainer.v1.ModelVersion;
import revontuli.api.trainer.v1.Signature;
import revontuli.cli.Channels;
import revontuli.cli.CliException;
import revontuli.cli.ClientCredential;
import revontuli.cli.ClientOptions;
import revontuli.cli.ExitCode;
import revontuli.cli.Out;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;

/// `revontuli models`: candidates, approvals, revocations.
@Command(
        name = "models",
        mixinStandardHelpOptions = true,
        description = "Model versions: import, look at the facts, approve with your key, revoke.",
        subcommands = {
            ModelsCommand.Import.class,
            ModelsCommand.ListAll.class,
            ModelsCommand.Get.class,
            ModelsCommand.Approve.class,
            ModelsCommand.Revoke.class
        })
public final class ModelsCommand extends Group {

    @Command(
            name = "import",
            mixinStandardHelpOptions = true,
            description = "Bring in a Hugging Face model folder, signed with the installation's key.")
    static final class Import implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(index = "0", paramLabel = "NAME", description = "models/{id}/versions/{n}")
        private String name = "";

        @Parameters(
                index = "1",
                paramLabel = "DIR",
                description = "Folder with config.json, tokenizer.json, safetensors.")
        private Path folder = Path.of("");

        @Override
        public Integer call() {
            ClientCredential credential = options.credential("operator");
            try (Channels channels = options.channels("operator")) {
                SigningKey key = SigningKey.readPem(options.home().keys().resolve("installation.pem"));
                show(options.out(), new Models(channels).importFolder(name, folder, credential.principal(), key));
                return ExitCode.OK;
            } catch (IOException e) {
                throw CliException.unavailable("cannot read the installation key: " + e.getMessage());
            }
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "List model versions.")
    static final class ListAll implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Mixin
        private final PageOptions page = new PageOptions();

        @Override
        public Integer call() {
            try (Channels channels = options.channels("operator")) {
                ListModelVersionsResponse answer = new Models(channels)
                        .stub()
                        .listModelVersions(ListModelVersionsRequest.newBuilder()
                                .setPageSize(page.size())
                                .setPageToken(page.token())
                                .build());
                Table table = new Table("name", "state", "signatures", "job", "digest");
                for (ModelVersion version : answer.getVersionsList()) {
                    table.row(
                            version.getName(),
                            state(version),
                            signatures(version),
                            version.getJob(),
                            version.getDigest());
                    options.out().jsonText(Wire.json(version));
                }
                table.print(options.out());
                page.more(options.out(), answer.getNextPageToken());
                return ExitCode.OK;
            }
        }
    }

    @Command(name = "get", mixinStandardHelpOptions = true, description = "Show the facts of one version.")
    static final class Get implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(paramLabel = "NAME", description = "models/{id}/versions/{n}")
        private String name = "";

        @Override
        public Integer call() {
            try (Channels channels = options.channels("operator")) {
                show(options.out(), new Models(channels).get(name));
                return ExitCode.OK;
            }
        }
    }

    @Command(
            name = "approve",
            mixinStandardHelpOptions = true,
            description = {
                "Show the facts of a candidate and sign its statement with your key, here on this machine.",
                "Choose who you are with --as (default approver-a). Without --yes you are asked first."
            })
    static final class Approve implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(paramLabel = "NAME", description = "models/{id}/versions/{n}")
        private String name = "";

        @Option(names = "--yes", description = "Sign without asking.")
        private boolean yes;

        @Override
        public Integer call() {
            ClientCredential approver = options.credential("approver-a");
            try (Channels channels = options.channels("approver-a")) {
                Models models = new Models(channels);
                ModelVersion version = models.get(name);
                show(options.out(), version);
                confirm(yes, "Sign this statement as " + approver.principal() + "?");
                show(options.out(), models.approve(version, approver));
                return ExitCode.OK;
            }
        }
    }

    @Command(
            name = "revoke",
            mixinStandardHelpOptions = true,
            description = "Stop a version from being served, everywhere, with a signed revocation.")
    static final class Revoke implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(paramLabel = "NAME", description = "models/{id}/versions/{n}")
        private String name = "";

        @Option(names = "--reason", required = true, paramLabel = "TEXT", description = "Why, for the record.")
        private String reason = "";

        @Option(names = "--yes", description = "Sign without asking.")
        private boolean yes;

        @Override
        public Integer call() {
            ClientCredential approver = options.credential("approver-a");
            try (Channels channels = options.channels("approver-a")) {
                Models models = new Models(channels);
                ModelVersion version = models.get(name);
                confirm(yes, "Revoke " + name + " as " + approver.principal() + "?");
                show(options.out(), models.revoke(version, reason, approver));
                return ExitCode.OK;
            }
        }
    }

    private static void confirm(boolean yes, String question) {
        if (yes) {
            return;
        }
        Console console = Optional.ofNullable(System.console())
                .filter(Console::isTerminal)
                .orElseThrow(() -> CliException.usage("there is no terminal to ask on: give --yes to sign"));
        String answer = console.readLine("%s [y/N] ", question);
        if (answer == null || !answer.strip().equalsIgnoreCase("y")) {
            throw CliException.refused("not signed");
        }
    }

    static void show(Out out, ModelVersion version) {
        out.line(out.bold(version.getName()) + "  " + state(version) + "  signatures " + signatures(version));
        out.line("model      " + version.getDigest());
        out.line("tokenizer  " + version.getTokenizerDigest());
        if (!version.getJob().isEmpty()) {
            out.line("job        " + version.getJob());
        }
        out.line("statement  " + Digest.of(version.getStatement().toByteArray()));
        out.line(out.dim(new String(version.getStatement().toByteArray(), StandardCharsets.UTF_8)));
        Evaluations.print(out, version.getEvaluationsList());
        out.jsonText(Wire.json(version));
    }

    private static String state(ModelVersion version) {
        return version.getState().name().toLowerCase(Locale.ROOT);
    }

    private static String signatures(ModelVersion version) {
        String signers = version.getSignaturesList().stream()
                .map(Signature::getPrincipal)
                .collect(Collectors.joining(", "));
        return version.getSignaturesCount() + "/" + version.getQuorum() + (signers.isEmpty() ? "" : " " + signers);
    }
}
