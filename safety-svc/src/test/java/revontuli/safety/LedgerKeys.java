package revontuli.safety;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import revontuli.embedded.Folders;
import revontuli.testkit.TestCallers;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;

/// The log's key, and the keys with which sources may open: those of the four services.
public final class LedgerKeys implements QuarkusTestResourceLifecycleManager {
    public static final String ORIGIN = "revontuli/test";

    private Path folder = Path.of("");

    static SigningKey logKey() {
        return TestCallers.signingKey("audit log");
    }

    @Override
    public Map<String, String> start() {
        Json.Fields keys = Json.fields();
        for (String service : List.of("tokenizer-svc", "inference-svc", "safety-svc", "trainer-svc")) {
            String key = TestCallers.signingKey(service).verifyingKey().base64();
            keys = keys.with(service, Json.Items.ofTexts(List.of(key)));
        }
        try {
            folder = Files.createTempDirectory("revontuli-ledger-keys");
            Path logKey = folder.resolve("log.pem");
            Path sourceKeys = folder.resolve("source-keys.json");
            Files.write(logKey, logKey().toPem().getBytes(StandardCharsets.US_ASCII));
            Files.write(sourceKeys, CanonicalJson.encode(keys));
            Path masterKey = folder.resolve("master.key");
            Files.writeString(
                    masterKey,
                    Base64.getEncoder()
                            .encodeToString(TestCallers.signingKey("master")
                                    .verifyingKey()
                                    .raw()));
            return Map.of(
                    "revontuli.safety.ledger.log-key-file", logKey.toString(),
                    "revontuli.safety.ledger.source-keys-file", sourceKeys.toString(),
                    "revontuli.safety.privacy.master-key-file", masterKey.toString(),
                    "revontuli.safety.ledger.origin", ORIGIN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stop() {
        Folders.delete(folder);
    }
}
