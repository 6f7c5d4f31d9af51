package revontuli.cli.bench;

import java.util.List;

/// One tokenizer library with one vocabulary in it. What it answers for documents is their ids; how long it took is
/// processor time of one thread.
interface TokenizerPeer extends AutoCloseable {
    /// What a library made of documents.
    ///
    /// @param digest of all ids, so that no list has to be kept
    record Run(double seconds, long ids, String digest) {}

    String name();

    String version();

    /// Whether the library behind it is Hugging Face's.
    default boolean isHuggingFace() {
        return false;
    }

    /// Forgets what was cached.
    void cool();

    Run encode(List<String> documents);

    @Override
    void close();
}
