package revontuli.inference.generate;

import java.util.List;
import java.util.OptionalDouble;

/// A token as a reader gets it.
///
/// @param text bytes that it stands for; nobody writes into them
/// @param logProbability where it was asked for, and not of the first token of a prompt
/// @param likeliest at its place, the likeliest first
@SuppressWarnings("ArrayRecordComponent")
public record ToldToken(int id, byte[] text, OptionalDouble logProbability, List<Likely> likeliest) {
    public ToldToken {
        likeliest = List.copyOf(likeliest);
    }

    /// A token that might have stood there.
    ///
    /// @param text as above
    /// @param withheld whether the judge does not let it be shown; then neither id nor text may go out
    public record Likely(int id, byte[] text, double logProbability, boolean withheld) {}
}
