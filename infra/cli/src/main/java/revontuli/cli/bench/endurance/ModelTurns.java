package revontuli.cli.bench.endurance;

import io.grpc.Channel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import revontuli.api.inference.v1.GenerateTextRequest;
import revontuli.api.inference.v1.InferenceServiceGrpc;
import revontuli.cli.Channels;
import revontuli.cli.ClientCredential;
import revontuli.cli.Home;
import revontuli.cli.Service;
import revontuli.cli.client.AwaitedModel;
import revontuli.cli.client.Models;
import revontuli.cli.client.ShippedModel;
import revontuli.transparency.crypto.SigningKey;

/// Loads and unloads models beside the one that is called: each turn a version enters, is used, is overtaken by the
/// next, and both are revoked. The versions are the shipped model with another README.md, so their digests differ.
final class ModelTurns implements AutoCloseable {
    private static final String NAME = "models/endurance/versions/";
    private static final long CALL_SECONDS_MAX = 60;

    private final Home home;
    private final Path folder;
    private final Channels operator;
    private final Channels approver;
    private int versions;

    ModelTurns(Home home) {
        this.home = home;
        this.folder = home.folder().resolve("endurance-model");
        this.operator = Channels.open(home, ClientCredential.load(home, "operator"));
        this.approver = Channels.open(home, ClientCredential.load(home, "approver-a"));
    }

    /// One turn. Ends when both versions are unloaded.
    synchronized void turn() {
        Channel inference = operator.to(Service.INFERENCE);
        String first = enter();
        AwaitedModel.loaded(inference, first);
        use(first);
        String second = enter();
        AwaitedModel.loaded(inference, second);
        use(second);
        AwaitedModel.unloaded(inference, first);
        List.of(first, second).forEach(this::revoke);
        AwaitedModel.unloaded(inference, second);
    }

    private String enter() {
        String name = NAME + ++versions;
        ClientCredential submitter = ClientCredential.load(home, "operator");
        try {
            Files.createDirectories(folder);
            for (Path file : shipped()) {
                Path copy = folder.resolve(file.getFileName().toString());
                if (!Files.exists(copy)) {
                    Files.copy(file, copy);
                }
            }
            Files.writeString(
                    folder.resolve("README.md"), "Version " + versions + " of a model that comes and goes.\n");
            SigningKey installation = SigningKey.readPem(home.keys().resolve("installation.pem"));
            new Models(operator).importFolder(name, folder, submitter.principal(), installation);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot copy the shipped model", e);
        }
        return name;
    }

    private static List<Path> shipped() throws IOException {
        try (Stream<Path> files = Files.list(ShippedModel.folder())) {
            return new ArrayList<>(files.filter(Files::isRegularFile).toList());
        }
    }

    private void use(String version) {
        try (Channels caller = Channels.open(home, ClientCredential.load(home, "caller"))) {
            InferenceServiceGrpc.newBlockingStub(caller.to(Service.INFERENCE))
                    .withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS)
                    .generateText(GenerateTextRequest.newBuilder()
                            .setModel(version)
                            .setPrompt("In Lapland the northern lights")
                            .setMaxTokens(16)
                            .build())
                    .forEachRemaining(answer -> {});
        }
    }

    private void revoke(String version) {
        Models models = new Models(approver);
        models.revoke(models.get(version), "it has had its turn", ClientCredential.load(home, "approver-a"));
    }

    @Override
    public void close() {
        operator.close();
        approver.close();
    }
}
