package revontuli.inference.generate;

import java.util.OptionalInt;
import revontuli.platform.fault.Fault;

/// What is told of tokens besides the text.
///
/// @param output whether the output's tokens are told
/// @param outputOdds with their log-probabilities and so many of the likeliest tokens
/// @param prompt whether the prompt is told, its text and its tokens
/// @param promptOdds with their log-probabilities and so many of the likeliest tokens
public record Details(boolean output, OptionalInt outputOdds, boolean prompt, OptionalInt promptOdds) {
    /// Nothing.
    public static final Details NONE = new Details(false, OptionalInt.empty(), false, OptionalInt.empty());

    /// Most likeliest tokens at a place.
    public static final int LIKELIEST_MAX = 20;

    public Details {
        require("details.output_log_probs", outputOdds);
        require("details.prompt_log_probs", promptOdds);
        output |= outputOdds.isPresent();
        prompt |= promptOdds.isPresent();
    }

    private static void require(String field, OptionalInt count) {
        if (count.orElse(0) < 0 || count.orElse(0) > LIKELIEST_MAX) {
            throw Fault.invalid("OUT_OF_RANGE", field, "must be 0 to " + LIKELIEST_MAX);
        }
    }
}
