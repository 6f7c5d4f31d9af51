package revontuli.safety;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import revontuli.safety.privacy.RetentionClass;

/// Everything an operator may turn in this service.
@ConfigMapping(prefix = "revontuli.safety")
public interface SafetyConfig {
    Ledger ledger();

    Moderation moderation();

    Privacy privacy();

    Policy policy();

    Classifier classifier();

    /// The audit ledger.
    interface Ledger {
        /// JSON object of service names, each with a list of base64 raw Ed25519 keys: those with which a source of
        /// this service may open. This service's own is one of them.
        Path sourceKeysFile();

        /// Ed25519 private key that signs checkpoints, PKCS#8 PEM.
        Path logKeyFile();

        /// The key that signed before, for the start that changes keys: the change is announced in the log, signed by
        /// both. May stay until the next change.
        Optional<Path> previousLogKeyFile();

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

    /// What opens commitments.
    interface Privacy {
        /// File with base64 of the 32 random bytes that encrypt data keys; kept apart from the database and its
        /// copies. Lost, no commitment can be opened any more.
        Path masterKeyFile();

        /// `standard` (183 days) or `long` (ten years), for what is committed to from now on.
        @WithDefault("standard")
        RetentionClass retention();

        /// How often what is too old is looked for.
        @WithDefault("PT6H")
        Duration expireEvery();
    }

    /// Verdicts.
    interface Moderation {
        /// How long a stream may wait for its next piece.
        @WithDefault("PT2M")
        Duration idleMax();
    }

    /// Overrides of the policy by tenants.
    interface Policy {
        /// Distinct approvers that must have signed before an override may be milder than the policy.
        @WithDefault("2")
        int quorum();
    }

    /// The learned stage of moderation.
    interface Classifier {
        /// Directory of a Hugging Face sequence classifier (`config.json`, `tokenizer.json`, `model.safetensors`; BERT,
        /// DistilBERT, RoBERTa or XLM-RoBERTa) to use in place of the shipped one.
        Optional<Path> directory();

        /// Which category each of its labels means; labels that are not named mean no harm.
        Map<String, String> labels();
    }
}
