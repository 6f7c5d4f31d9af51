package revontuli.cli.client;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import revontuli.api.trainer.v1.Dataset;
import revontuli.api.trainer.v1.DatasetServiceGrpc;
import revontuli.api.trainer.v1.ListDatasetsRequest;
import revontuli.api.trainer.v1.ListDatasetsResponse;
import revontuli.api.trainer.v1.RegisterDatasetRequest;
import revontuli.cli.Channels;
import revontuli.cli.ClientOptions;
import revontuli.cli.ExitCode;
import revontuli.cli.Service;
import revontuli.transparency.crypto.Digest;

/// `revontuli data`: data sets with their origin, licence and digest.
@Command(
        name = "data",
        mixinStandardHelpOptions = true,
        description = "Data sets: register a file with its facts, list what is registered.",
        subcommands = {DataCommand.Register.class, DataCommand.ListAll.class})
public final class DataCommand extends Group {

    @Command(
            name = "register",
            mixinStandardHelpOptions = true,
            description = "Upload a file of {\"id\",\"text\"} lines and register it as a data set.")
    static final class Register implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(index = "0", paramLabel = "NAME", description = "datasets/{id}")
        private String name = "";

        @Parameters(index = "1", paramLabel = "FILE", description = "JSON Lines.")
        private Path file = Path.of("");

        @Option(names = "--language", required = true, paramLabel = "L", description = "en, fi, hi, ja, vi or code.")
        private String language = "";

        @Option(
                names = "--license",
                required = true,
                paramLabel = "SPDX",
                description = "SPDX expression, or the terms.")
        private String license = "";

        @Option(names = "--origin", required = true, paramLabel = "TEXT", description = "Where it comes from.")
        private String origin = "";

        @Override
        public Integer call() {
            try (Channels channels = options.channels("operator")) {
                Digest digest = new Uploads(channels.to(Service.TRAINER)).upload(file);
                Dataset dataset = DatasetServiceGrpc.newBlockingStub(channels.to(Service.TRAINER))
                        .registerDataset(RegisterDatasetRequest.newBuilder()
                                .setName(name)
                                .setDigest(digest.toString())
                                .setLanguage(language)
                                .setLicense(license)
                                .setOrigin(origin)
                                .build());
                options.out()
                        .line(dataset.getName() + ": " + dataset.getDocumentCount() + " documents, "
                                + dataset.getTextByteCount() + " bytes of text, " + dataset.getDigest());
                options.out().jsonText(Wire.json(dataset));
                return ExitCode.OK;
            }
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "List the registered data sets.")
    static final class ListAll implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Mixin
        private final PageOptions page = new PageOptions();

        @Override
        public Integer call() {
            try (Channels channels = options.channels("operator")) {
                ListDatasetsResponse answer = DatasetServiceGrpc.newBlockingStub(channels.to(Service.TRAINER))
                        .listDatasets(ListDatasetsRequest.newBuilder()
                                .setPageSize(page.size())
                                .setPageToken(page.token())
                                .build());
                Table table = new Table("name", "language", "documents", "bytes", "licence", "digest");
                for (Dataset dataset : answer.getDatasetsList()) {
                    table.row(
                            dataset.getName(),
                            dataset.getLanguage(),
                            Long.toString(dataset.getDocumentCount()),
                            Long.toString(dataset.getTextByteCount()),
                            dataset.getLicense(),
                            dataset.getDigest());
                    options.out().jsonText(Wire.json(dataset));
                }
                table.print(options.out());
                page.more(options.out(), answer.getNextPageToken());
                return ExitCode.OK;
            }
        }
    }
}
