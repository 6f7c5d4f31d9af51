package revontuli.tokenizer.encode;

/// Which code turns text into ids and back.
public enum ServingPath {
    /// The suite's own byte-level BPE.
    OWN_BPE,
    /// The Hugging Face library, for everything else that a `tokenizer.json` may hold.
    HUGGING_FACE_LIBRARY
}
