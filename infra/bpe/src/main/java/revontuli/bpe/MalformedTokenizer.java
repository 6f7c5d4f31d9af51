package revontuli.bpe;

/// A `tokenizer.json` that no library should take. The message names the place.
@SuppressWarnings("serial")
public final class MalformedTokenizer extends RuntimeException {
    private final String place;

    public MalformedTokenizer(String place, String why) {
        super(place + ": " + why);
        this.place = place;
    }

    /// Path inside the file, such as `model.merges[17]`.
    public String place() {
        return place;
    }
}
