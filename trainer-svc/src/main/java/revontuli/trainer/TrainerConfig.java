package revontuli.trainer;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// Everything an operator may turn in this service.
@ConfigMapping(prefix = "revontuli.trainer")
public interface TrainerConfig {
    Datasets datasets();

    Jobs jobs();

    Promotion promotion();

    Lease lease();

    Run run();

    Runner runner();

    /// Limits of data sets.
    interface Datasets {
        /// Lines of one data set.
        @WithDefault("1000000")
        long documentsMax();

        /// UTF-8 bytes of one document's text; no more than the tokenizer service takes.
        @WithDefault("1M")
        MemorySize textBytesMax();

        /// How long an upload may wait for its next piece.
        @WithDefault("PT60S")
        Duration uploadPause();
    }

    /// Limits of jobs.
    interface Jobs {
        /// Jobs of one tenant that have not ended; more are refused with QUOTA_EXCEEDED.
        @WithDefault("100")
        int queuedMax();

        /// Largest submission over Kafka.
        @WithDefault("256K")
        MemorySize submissionBytesMax();

        /// Clients that may watch jobs at once.
        @WithDefault("256")
        int watchersMax();
    }

    /// Who may let a model be served.
    interface Promotion {
        /// Distinct approvers needed.
        @WithDefault("2")
        int quorum();
    }

    /// Claims of workers.
    interface Lease {
        /// How long a claim lives without a sign of life.
        @WithDefault("PT30S")
        Duration ttl();

        /// Runs without a new checkpoint after which a job fails.
        @WithDefault("3")
        int attemptsMax();
    }

    /// How jobs are carried out.
    interface Run {
        /// Times that a job's data may fail to be prepared before the job fails.
        @WithDefault("20")
        int preparationsMax();

        /// Wait before a job whose preparation failed is taken again.
        @WithDefault("PT5S")
        Duration retryDelay();

        /// How long the registration of a result may wait for the other services.
        @WithDefault("PT1H")
        Duration registrationPatience();

        /// Most steps between two checkpoints; a short run checkpoints at every quarter.
        @WithDefault("500")
        int checkpointStepsMax();

        /// Held-out tokens judged in one data set.
        @WithDefault("8192")
        int evaluationTokensMax();
    }

    /// What runs the workers.
    interface Runner {
        /// Workers at once.
        @WithDefault("1")
        int workersMax();

        Local local();
    }

    /// Workers as processes of this machine.
    interface Local {
        /// Class path of a worker; by default the installed service's own jars.
        Optional<String> classPath();

        /// Where the worker finds this service.
        @WithDefault("${quarkus.grpc.server.host:127.0.0.1}:${quarkus.grpc.server.port:9000}")
        String address();

        /// Folder for orders, logs and drafts; by default `workers` beside the artifact store.
        Optional<Path> folder();

        /// Java heap of a worker; weights lie outside it.
        @WithDefault("512M")
        MemorySize heap();

        /// Threads of the engine; by default one a processor.
        OptionalInt threads();
    }
}
