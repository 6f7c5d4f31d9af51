package revontuli.tokenizer;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/// Everything an operator may turn in this service.
@ConfigMapping(prefix = "revontuli.tokenizer")
public interface TokenizerConfig {
    /// The longest text one call may carry; longer ones are refused, never cut.
    @WithDefault("1M")
    MemorySize textBytesMax();

    /// Texts of one batch.
    @WithDefault("1024")
    int batchTextsMax();

    /// All texts of one batch.
    @WithDefault("4M")
    MemorySize batchBytesMax();

    /// Ids of one decoding.
    @WithDefault("1048576")
    int idsMax();

    /// Bytes of one piece of a document.
    @WithDefault("1M")
    MemorySize pieceBytesMax();

    /// Ids of one message of a stream of ids.
    @WithDefault("65536")
    int pieceIdsMax();

    /// Bytes of a streamed document that wait for a place where a cut changes no id; a document with a longer run
    /// without one is refused.
    @WithDefault("1M")
    MemorySize uncutBytesMax();

    /// The longest document that is collected because only the Hugging Face library can serve its tokenizer.
    @WithDefault("8M")
    MemorySize libraryDocumentBytesMax();

    /// How long a stream waits for the client's next message.
    @WithDefault("PT30S")
    Duration streamIdleMax();

    /// The largest `tokenizer.json`.
    @WithDefault("32M")
    MemorySize fileBytesMax();

    /// Tokenizers kept open.
    @WithDefault("16")
    int openTokenizersMax();

    /// Memory that open tokenizers may hold together, as estimated from their files; a third of the heap unless set.
    Optional<MemorySize> openTokenizersBytesMax();

    Prompt prompt();

    /// Prompts and templates.
    interface Prompt {
        /// Messages of one dialogue.
        @WithDefault("1024")
        int messagesMax();

        /// Parts of a template in all.
        @WithDefault("64")
        int templatePartsMax();

        /// UTF-8 bytes of one literal part.
        @WithDefault("2048")
        int templatePartBytesMax();

        /// Templates of one tokenizer.
        @WithDefault("100")
        int templatesMax();

        /// Versions of one template.
        @WithDefault("1000")
        int templateVersionsMax();
    }

    Tasks tasks();

    /// Whole files to token shards.
    interface Tasks {
        /// Tasks that this instance works on at a time; 0 leaves them to others.
        @WithDefault("1")
        int workers();

        /// Lines of one file.
        @WithDefault("10000000")
        long documentsMax();

        /// Lines of one file that may be no documents; one more fails the task.
        @WithDefault("1000")
        int badLinesMax();

        /// Tries of a task that fails for no known reason.
        @WithDefault("3")
        int attemptsMax();

        /// How long a worker may give no sign of life before another one takes its task.
        @WithDefault("PT60S")
        Duration ttl();

        /// Time between two events of progress.
        @WithDefault("PT5S")
        Duration progressEvery();

        /// Wait before a failed try is taken up again.
        @WithDefault("PT5S")
        Duration retryDelay();
    }
}
