package revontuli.cli.client;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import revontuli.api.tokenizer.v1.RegisterTokenizerRequest;
import revontuli.api.tokenizer.v1.Tokenizer;
import revontuli.api.tokenizer.v1.TokenizerServiceGrpc;
import revontuli.api.trainer.v1.ModelVersion;
import revontuli.cli.Channels;
import revontuli.cli.CliException;
import revontuli.cli.ClientCredential;
import revontuli.cli.Home;
import revontuli.cli.Out;
import revontuli.cli.Service;
import revontuli.transparency.crypto.SigningKey;

/// The small model that comes with the suite: enters once, under the signature of the key made at first start.
public final class ShippedModel {
    public static final String MODEL = "models/aurora-mini";
    public static final String VERSION = MODEL + "/versions/1";
    public static final String TOKENIZER = "tokenizers/aurora-mini";

    private ShippedModel() {}

    /// Where the project keeps it.
    public static Path folder() {
        String root = System.getProperty("revontuli.root", "");
        Path folder = Path.of(root, "infra", "cli", "src", "main", "dist", "model");
        if (root.isEmpty() || !Files.isDirectory(folder)) {
            throw CliException.refused("the shipped model is missing: start through infra/revontuli");
        }
        return folder;
    }

    /// Registers tokenizer and model unless they are there, and then waits until the model answers; a repeated call
    /// changes nothing.
    public static void enter(Home home, Out out) {
        ClientCredential operator = ClientCredential.load(home, "operator");
        try (Channels channels = Channels.open(home, operator)) {
            Tokenizer tokenizer = TokenizerServiceGrpc.newBlockingStub(channels.to(Service.TOKENIZER))
                    .registerTokenizer(RegisterTokenizerRequest.newBuilder()
                            .setName(TOKENIZER)
                            .setTokenizerJson(
                                    ByteString.copyFrom(Files.readAllBytes(folder().resolve("tokenizer.json"))))
                            .build());
            out.note("   %s, %d tokens, %s".formatted(TOKENIZER, tokenizer.getVocabularySize(), tokenizer.getDigest()));
            ModelVersion version = version(channels, home, operator.principal());
            out.note("   %s, %s".formatted(version.getName(), version.getDigest()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the shipped model", e);
        }
    }

    private static ModelVersion version(Channels channels, Home home, String submitter) throws IOException {
        Models models = new Models(channels);
        try {
            return models.get(VERSION);
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() != Status.Code.NOT_FOUND) {
                throw e;
            }
            SigningKey installation = SigningKey.readPem(home.keys().resolve("installation.pem"));
            ModelVersion version = models.importFolder(VERSION, folder(), submitter, installation);
            AwaitedModel.loaded(channels.to(Service.INFERENCE), VERSION);
            return version;
        }
    }
}
