package revontuli.cli.client;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import revontuli.api.tokenizer.v1.DecodeTokensRequest;
import revontuli.api.tokenizer.v1.DecodeTokensResponse;
import revontuli.api.tokenizer.v1.TokenizerServiceGrpc;
import revontuli.cli.Channels;
import revontuli.cli.ClientOptions;
import revontuli.cli.ExitCode;
import revontuli.cli.Service;

/// `revontuli decode`: token ids to text, by the running service.
@Command(name = "decode", mixinStandardHelpOptions = true, description = "Turn token ids into text.")
public final class DecodeCommand implements Callable<Integer> {
    @Mixin
    private final ClientOptions options = new ClientOptions();

    @Parameters(arity = "1..*", paramLabel = "ID", description = "Token ids, in order.")
    private final List<Integer> ids = new ArrayList<>();

    @Option(
            names = "--tokenizer",
            defaultValue = ShippedModel.TOKENIZER,
            paramLabel = "NAME",
            description = "Name of a registered tokenizer (default: ${DEFAULT-VALUE}, the shipped one).")
    private String tokenizer = "";

    @Option(names = "--skip-special", description = "Leave special tokens out of the text.")
    private boolean skipSpecial;

    @Override
    public Integer call() {
        try (Channels channels = options.channels("caller")) {
            DecodeTokensResponse answer = TokenizerServiceGrpc.newBlockingStub(channels.to(Service.TOKENIZER))
                    .decodeTokens(DecodeTokensRequest.newBuilder()
                            .setTokenizer(tokenizer)
                            .addAllIds(ids)
                            .setSkipSpecialTokens(skipSpecial)
                            .build());
            options.out().line(answer.getText());
            options.out().jsonText(Wire.json(answer));
            return ExitCode.OK;
        }
    }
}
