package revontuli.inference;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// Everything an operator may turn in this service.
@ConfigMapping(prefix = "revontuli.inference")
public interface InferenceConfig {
    /// Whether evaluators may load candidates here. Such an instance should serve nobody else.
    @WithDefault("false")
    boolean evaluateLane();

    Promotion promotion();

    Models models();

    Engine engine();

    Queue queue();

    Safety safety();

    /// How long running generations may go on when the service stops, before they end with DRAINING. Shorter than
    /// `revontuli.platform.drain.timeout`.
    @WithDefault("PT12S")
    Duration drainPatience();

    /// When a promotion counts.
    interface Promotion {
        /// Distinct approvers that must have signed.
        @WithDefault("2")
        int quorum();
    }

    /// What is kept in memory.
    interface Models {
        /// Served versions in memory; one more while a new one is loaded.
        @WithDefault("2")
        int loadedMax();

        /// Candidates in memory, where there is an evaluate lane.
        @WithDefault("1")
        int candidatesMax();

        /// Bytes of the files of everything in memory.
        @WithDefault("8G")
        MemorySize bytesMax();

        /// How often the table of versions is looked at.
        @WithDefault("PT1S")
        Duration lookEvery();
    }

    /// How it computes.
    interface Engine {
        /// Sequences at a time, for each version.
        @WithDefault("8")
        int slots();

        /// Longest sequence in tokens, where the model can more.
        @WithDefault("2048")
        int positionsMax();

        /// What it computes on: `cpu`, `cuda` (needs a libtorch built for it), or `auto` for CUDA where libtorch sees a
        /// device. Receipts name it.
        @WithDefault("auto")
        String device();

        /// Form of the weights: `f32`, `bf16`, `int8`, `int4` (for one stream at a time), or `auto` for what suits
        /// model and processor (`f32` for small models). Receipts name the form that is used.
        @WithDefault("auto")
        String precision();

        /// Whether ids are guessed from the text while few sequences run. Tokens are the same with and without.
        @WithDefault("true")
        boolean speculation();

        /// A smaller model that guesses too, where the text does not repeat itself: `sha256:` and the digest of
        /// its manifest, which is in the artifact store. It helps models with its own tokenizer and changes no
        /// token; its memory is not counted.
        Optional<String> draft();

        Packed packed();

        /// Threads of one step; without it one for small models (below 16 million parameters), else the
        /// processors there are.
        OptionalInt threads();
    }

    /// Where rounded weights are kept between two starts.
    interface Packed {
        /// A folder of this instance alone; nothing is kept without it. Only `int8` and `int4` are: the other
        /// forms are the checkpoint's own numbers. The first load of a version writes there, later ones read
        /// that and not the checkpoint.
        Optional<Path> directory();

        /// Bytes of all files there; those that were not used for longest go first.
        @WithDefault("64G")
        MemorySize bytesMax();
    }

    /// Who waits.
    interface Queue {
        /// Generations that may wait for a slot, for each version; others are refused with QUEUE_FULL.
        @WithDefault("64")
        int waitingMax();

        /// Of these those of one tenant.
        @WithDefault("60")
        int tenantWaitingMax();

        /// How long one may wait for a slot.
        @WithDefault("PT30S")
        Duration waitMax();

        /// How long one score may take.
        @WithDefault("PT60S")
        Duration scoreMax();
    }

    /// How long safety-svc may take; no verdict within it is a refusal.
    interface Safety {
        /// For a whole text.
        @WithDefault("PT10S")
        Duration promptPatience();

        /// For the next answer on a growing text, once one is due.
        @WithDefault("PT15S")
        Duration streamPatience();

        /// So many questions in a row without an answer, and it is not asked for a while: refused at once.
        @WithDefault("20")
        int breakerLosses();

        /// How long it is not asked, before one question tries it again.
        @WithDefault("PT2S")
        Duration breakerRest();
    }
}
