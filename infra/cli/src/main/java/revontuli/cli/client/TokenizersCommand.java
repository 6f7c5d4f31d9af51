package revontuli.cli.client;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import revontuli.api.tokenizer.v1.ListTokenizersRequest;
import revontuli.api.tokenizer.v1.ListTokenizersResponse;
import revontuli.api.tokenizer.v1.RegisterTokenizerRequest;
import revontuli.api.tokenizer.v1.Tokenizer;
import revontuli.api.tokenizer.v1.TokenizerServiceGrpc;
import revontuli.cli.Channels;
import revontuli.cli.CliException;
import revontuli.cli.ClientOptions;
import revontuli.cli.ExitCode;
import revontuli.cli.IoReason;
import revontuli.cli.Service;

/// `revontuli tokenizers`: what tokenizers there are, and new ones.
@Command(
        name = "tokenizers",
        mixinStandardHelpOptions = true,
        description = "Tokenizers as contracts: register one, list them.",
        subcommands = {TokenizersCommand.Register.class, TokenizersCommand.ListAll.class})
public final class TokenizersCommand extends Group {

    @Command(name = "register", mixinStandardHelpOptions = true, description = "Bring a tokenizer.json into the suite.")
    static final class Register implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(index = "0", paramLabel = "NAME", description = "tokenizers/{id}")
        private String name = "";

        @Parameters(index = "1", paramLabel = "FILE", description = "A tokenizer.json.")
        private Path file = Path.of("");

        @Override
        public Integer call() {
            try (Channels channels = options.channels("operator")) {
                Tokenizer tokenizer = TokenizerServiceGrpc.newBlockingStub(channels.to(Service.TOKENIZER))
                        .registerTokenizer(RegisterTokenizerRequest.newBuilder()
                                .setName(name)
                                .setTokenizerJson(ByteString.copyFrom(Files.readAllBytes(file)))
                                .build());
                options.out().line(tokenizer.getName() + " " + tokenizer.getDigest());
                options.out().jsonText(Wire.json(tokenizer));
                return ExitCode.OK;
            } catch (IOException e) {
                throw CliException.usage("cannot read " + file + ": " + IoReason.of(e));
            }
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "List the registered tokenizers.")
    static final class ListAll implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Mixin
        private final PageOptions page = new PageOptions();

        @Override
        public Integer call() {
            try (Channels channels = options.channels("caller")) {
                ListTokenizersResponse answer = TokenizerServiceGrpc.newBlockingStub(channels.to(Service.TOKENIZER))
                        .listTokenizers(ListTokenizersRequest.newBuilder()
                                .setPageSize(page.size())
                                .setPageToken(page.token())
                                .build());
                Table table = new Table("name", "tokens", "digest");
                for (Tokenizer tokenizer : answer.getTokenizersList()) {
                    table.row(
                            tokenizer.getName(),
                            Integer.toString(tokenizer.getVocabularySize()),
                            tokenizer.getDigest());
                    options.out().jsonText(Wire.json(tokenizer));
                }
                table.print(options.out());
                page.more(options.out(), answer.getNextPageToken());
                return ExitCode.OK;
            }
        }
    }
}
