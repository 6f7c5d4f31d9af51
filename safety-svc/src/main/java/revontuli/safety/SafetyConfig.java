package revontuli.safety;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;

/// Everything an operator may turn in this service.
@ConfigMapping(prefix = "revontuli.safety")
public interface SafetyConfig {
    Ledger ledger();

    Moderation moderation();

    /// The audit ledger.
    interface Ledger {
        /// JSON object of service names, each with a list of base64 raw Ed25519 keys: those with which a source of
        /// this service may open. This service's own is one of them.
        Path sourceKeysFile();

        /// Ed25519 private key that signs checkpoints, PKCS#8 PEM.
        Path logKeyFile();

        /// Name of the log in its checkpoints, `revontuli/<installation>`; never changed once it has signed.
        @WithDefault("revontuli/local")
        String origin();

        /// Records that get their index in one transaction, 1 to 8,192.
        @WithDefault("1024")
        int batchRecordsMax();

        /// Longest wait before the stage is looked at; other instances fill it too.
        @WithDefault("PT0.2S")
        Duration idle();

        /// Time between checkpoints while the log grows.
        @WithDefault("PT1S")
        Duration checkpointGrowing();

        /// Time between checkpoints while it rests.
        @WithDefault("PT10M")
        Duration checkpointResting();
    }

    /// Verdicts.
    interface Moderation {
        /// How long a stream may wait for its next piece.
        @WithDefault("PT2M")
        Duration idleMax();
    }
}
