package revontuli.platform;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Everything an operator may turn that is the same in every service.
@ConfigMapping(prefix = "revontuli.platform")
public interface PlatformConfig {
    /// Name of the service, such as `tokenizer-svc`: domain of its errors, part of its sources and consumer groups.
    String service();

    /// Name of this running instance; two instances of one service need two names.
    @WithDefault("${revontuli.platform.service}-1")
    String instance();

    /// Process whose end ends this service; set by the launcher.
    OptionalLong launcherPid();

    /// Folders below `djl` that an executable of this service needs beside it: `jna`, `pytorch`, `tokenizers`.
    Optional<List<String>> libraries();

    Artifacts artifacts();

    Auth auth();

    Audit audit();

    Peers peers();

    Outbox outbox();

    Consumers consumers();

    Drain drain();

    Faults faults();

    /// Where artifacts lie; one folder that every service can reach.
    interface Artifacts {
        Path directory();

        /// The largest artifact that is taken.
        @WithDefault("64G")
        MemorySize bytesMax();
    }

    /// Who may call.
    interface Auth {
        /// Principals with hashed API keys and public keys; read at start.
        Path principalsFile();
    }

    /// How records are sealed.
    interface Audit {
        /// Ed25519 private key of this service, PKCS#8 PEM.
        Path signingKeyFile();

        /// Records sealed in one transaction.
        @WithDefault("512")
        int batchRecordsMax();

        /// How often the source repeats its last number.
        @WithDefault("PT10S")
        Duration heartbeat();

        /// How long calls of the same kind are counted before one record tells their number.
        @WithDefault("PT1M")
        Duration callWindow();
    }

    /// The other services.
    interface Peers {
        /// `host:port` by name: tokenizer, inference, safety, trainer.
        Map<String, String> addresses();

        /// File with this service's API key; needed only by services that call others.
        Optional<Path> apiKeyFile();
    }

    /// What waits to be sent.
    interface Outbox {
        /// Events waiting; above it new work is refused with OUTBOX_FULL.
        @WithDefault("10000")
        int eventsMax();

        /// Age of the oldest waiting event; above it new work is refused with OUTBOX_FULL.
        @WithDefault("PT15M")
        Duration ageMax();

        /// Events sent in one round.
        @WithDefault("500")
        int batchEventsMax();

        /// How long sent events are kept, so that a topic can be rebuilt.
        @WithDefault("P7D")
        Duration retention();
    }

    /// How events are read.
    interface Consumers {
        /// Records of one poll.
        @WithDefault("100")
        int pollRecordsMax();

        /// Tries of a record that fails for no known reason, before it goes to the dead letters.
        @WithDefault("5")
        int attemptsMax();

        /// Longest wait between two tries.
        @WithDefault("PT10S")
        Duration backoffMax();
    }

    /// What goes wrong on purpose; the service starts with any of this in the profile `test` only.
    interface Faults {
        /// `<point>=halt@<n>`: the process ends at the n-th passage of the failpoint.
        Optional<String> failpoint();

        /// A seeded bug, such as `relay-marks-unsent`.
        Optional<String> bug();
    }

    /// How the service stops.
    interface Drain {
        /// How long calls and records in hand may still run.
        @WithDefault("PT20S")
        Duration timeout();
    }
}
