package revontuli.cli.client;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import revontuli.api.tokenizer.v1.EncodeTextRequest;
import revontuli.api.tokenizer.v1.EncodeTextResponse;
import revontuli.api.tokenizer.v1.TokenizerServiceGrpc;
import revontuli.cli.Channels;
import revontuli.cli.CliException;
import revontuli.cli.ClientOptions;
import revontuli.cli.ExitCode;
import revontuli.cli.Service;
import revontuli.cli.offline.BulkEncode;

/// `revontuli encode`: one text by the running service, or a whole file without one.
@Command(
        name = "encode",
        mixinStandardHelpOptions = true,
        description = {
            "Turn text into token ids.",
            "One TEXT is encoded by the running tokenizer-svc. With --in and --out a file of {\"id\",\"text\"} lines becomes one of"
                    + " {\"id\",\"ids\",\"offsets\"} lines (offsets: [start, end] in UTF-8 bytes) without any running service."
        })
public final class EncodeCommand implements Callable<Integer> {
    @Mixin
    private final ClientOptions options = new ClientOptions();

    @Parameters(arity = "0..1", paramLabel = "TEXT", description = "Text to encode.")
    private @Nullable String text;

    @Option(
            names = "--tokenizer",
            defaultValue = "tokenizers/aurora-mini",
            paramLabel = "NAME|DIR",
            description =
                    "Name of a registered tokenizer, or for --in the folder of a tokenizer.json (default: ${DEFAULT-VALUE}, the shipped one).")
    private String tokenizer = "";

    @Option(names = "--in", paramLabel = "F", description = "Lines of {\"id\",\"text\"}; - for standard input.")
    private @Nullable Path in;

    @Option(
            names = "--out",
            paramLabel = "G",
            description = "Lines of {\"id\",\"ids\",\"offsets\"}; - for standard output.")
    private @Nullable Path output;

    @Override
    public Integer call() {
        if (in != null && output != null) {
            Path folder = tokenizer.equals(ShippedModel.TOKENIZER) ? ShippedModel.folder() : Path.of(tokenizer);
            return new BulkEncode(folder).run(in, output, options.out());
        }
        if (text == null) {
            throw CliException.usage("give a TEXT, or --in and --out");
        }
        try (Channels channels = options.channels("caller")) {
            EncodeTextResponse answer = TokenizerServiceGrpc.newBlockingStub(channels.to(Service.TOKENIZER))
                    .encodeText(EncodeTextRequest.newBuilder()
                            .setTokenizer(tokenizer)
                            .setText(text)
                            .build());
            options.out().line(answer.getIdsList().stream().map(String::valueOf).collect(Collectors.joining(" ")));
            options.out().jsonText(Wire.json(answer));
            return ExitCode.OK;
        }
    }
}
