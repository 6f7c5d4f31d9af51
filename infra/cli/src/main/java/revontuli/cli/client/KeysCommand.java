package revontuli.cli.client;

import com.google.protobuf.util.Timestamps;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import revontuli.api.safety.v1.ApiKey;
import revontuli.api.safety.v1.CreateApiKeyRequest;
import revontuli.api.safety.v1.CreateApiKeyResponse;
import revontuli.api.safety.v1.KeyServiceGrpc;
import revontuli.api.safety.v1.KeyServiceGrpc.KeyServiceBlockingStub;
import revontuli.api.safety.v1.ListApiKeysRequest;
import revontuli.api.safety.v1.ListApiKeysResponse;
import revontuli.api.safety.v1.RevokeApiKeyRequest;
import revontuli.cli.Channels;
import revontuli.cli.ClientOptions;
import revontuli.cli.ExitCode;
import revontuli.cli.Service;

/// `revontuli keys`: API keys of your tenant.
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        description = "API keys of your tenant: create (shown once), list, revoke.",
        subcommands = {KeysCommand.Create.class, KeysCommand.ListAll.class, KeysCommand.Revoke.class})
public final class KeysCommand extends Group {
    private static KeyServiceBlockingStub stub(Channels channels) {
        return KeyServiceGrpc.newBlockingStub(channels.to(Service.SAFETY));
    }

    @Command(name = "create", mixinStandardHelpOptions = true, description = "Make a key; its text is shown this once.")
    static final class Create implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(paramLabel = "USER", description = "users/{id}")
        private String user = "";

        @Option(
                names = "--role",
                required = true,
                split = ",",
                paramLabel = "ROLE",
                description = "caller, operator, evaluator, reviewer; several with commas.")
        private List<String> roles = List.of();

        @Override
        public Integer call() {
            try (Channels channels = options.channels("operator")) {
                CreateApiKeyResponse made = stub(channels)
                        .createApiKey(CreateApiKeyRequest.newBuilder()
                                .setPrincipal(user)
                                .addAllRoles(roles)
                                .build());
                options.out()
                        .line(made.getApiKey().getName() + " for "
                                + made.getApiKey().getPrincipal());
                options.out().line(made.getText());
                options.out().line("send it with every call as gRPC metadata  authorization: Bearer <the key>");
                options.out().jsonText(Wire.json(made));
                return ExitCode.OK;
            }
        }
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "List keys without their texts.")
    static final class ListAll implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Mixin
        private final PageOptions page = new PageOptions();

        @Override
        public Integer call() {
            try (Channels channels = options.channels("operator")) {
                ListApiKeysResponse answer = stub(channels)
                        .listApiKeys(ListApiKeysRequest.newBuilder()
                                .setPageSize(page.size())
                                .setPageToken(page.token())
                                .build());
                Table table = new Table("name", "user", "roles", "created", "revoked");
                for (ApiKey key : answer.getApiKeysList()) {
                    table.row(
                            key.getName(),
                            key.getPrincipal(),
                            String.join(",", key.getRolesList()),
                            Timestamps.toString(key.getCreateTime()),
                            key.hasRevokeTime() ? Timestamps.toString(key.getRevokeTime()) : "");
                    options.out().jsonText(Wire.json(key));
                }
                table.print(options.out());
                page.more(options.out(), answer.getNextPageToken());
                return ExitCode.OK;
            }
        }
    }

    @Command(name = "revoke", mixinStandardHelpOptions = true, description = "End a key for good.")
    static final class Revoke implements Callable<Integer> {
        @Mixin
        private final ClientOptions options = new ClientOptions();

        @Parameters(paramLabel = "KEY", description = "apiKeys/{id}")
        private String name = "";

        @Override
        public Integer call() {
            try (Channels channels = options.channels("operator")) {
                ApiKey key = stub(channels)
                        .revokeApiKey(
                                RevokeApiKeyRequest.newBuilder().setName(name).build());
                options.out().line(key.getName() + " is revoked");
                options.out().jsonText(Wire.json(key));
                return ExitCode.OK;
            }
        }
    }
}
