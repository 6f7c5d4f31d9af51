package revontuli.tokenizer;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

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

    /// The largest `tokenizer.json`.
    @WithDefault("32M")
    MemorySize fileBytesMax();

    /// Tokenizers kept open.
    @WithDefault("16")
    int openTokenizersMax();
}
