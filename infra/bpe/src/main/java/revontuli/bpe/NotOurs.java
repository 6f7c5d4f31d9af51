package revontuli.bpe;

/// A `tokenizer.json` that may well be good but is none of the byte-level BPE family; another library has to serve it.
@SuppressWarnings("serial")
public final class NotOurs extends Exception {
    public NotOurs(String reason) {
        super(reason);
    }

    /// Which part of the file is outside, and how.
    public String reason() {
        return String.valueOf(getMessage());
    }
}
