package revontuli.inference.generate;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import revontuli.inference.model.Lane;
import revontuli.inference.model.ModelTarget;
import revontuli.platform.fault.Fault;

/// One generation as asked for, within the limits of the API; checked here so that nobody else checks again.
///
/// @param tokensMax 0 only where nothing but the prompt's tokens are asked for
/// @param draw how tokens are drawn
/// @param details what is told besides the text
/// @param requestId client-made id, or empty
public record GenerationRequest(
        ModelTarget target,
        PromptSource prompt,
        int tokensMax,
        Draw draw,
        List<String> stops,
        Details details,
        String requestId,
        Lane lane) {
    /// Most tokens of one generation.
    public static final int TOKENS_MAX = 4_096;

    /// Tokens where nothing is asked for.
    public static final int TOKENS_DEFAULT = 64;

    static final int PROMPT_BYTES_MAX = 64 * 1024;
    private static final int STOPS_MAX = 8;
    private static final int STOP_CHARS_MAX = 64;
    private static final Pattern UUID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    public GenerationRequest {
        stops = List.copyOf(stops);
        int least = details.promptOdds().isPresent() ? 0 : 1;
        if (tokensMax < least || tokensMax > TOKENS_MAX) {
            throw outOfRange("max_tokens", least + " to " + TOKENS_MAX);
        }
        if (stops.size() > STOPS_MAX) {
            throw outOfRange("stop", "at most " + STOPS_MAX + " sequences");
        }
        if (stops.stream().anyMatch(stop -> stop.isEmpty() || stop.length() > STOP_CHARS_MAX)) {
            throw outOfRange("stop", "sequences of 1 to " + STOP_CHARS_MAX + " characters");
        }
        if (!requestId.isEmpty() && !UUID.matcher(requestId).matches()) {
            throw outOfRange("request_id", "a UUID, or empty");
        }
    }

    /// One of several samples: each has a seed of its own, counted from the one that was asked for.
    GenerationRequest sample(int index) {
        return new GenerationRequest(target, prompt, tokensMax, draw.counted(index), stops, details, requestId, lane);
    }

    /// Refuses a text that is empty or over the limit of the API, with `<reason>_EMPTY` or `<reason>_TOO_LARGE`.
    static void requireText(String field, String reason, String text) {
        if (text.isEmpty()) {
            throw Fault.invalid(reason + "_EMPTY", field, "must have at least one character");
        }
        if (bytes(text) > PROMPT_BYTES_MAX) {
            throw Fault.invalid(
                    reason + "_TOO_LARGE", field, "must have at most " + PROMPT_BYTES_MAX + " bytes of UTF-8");
        }
    }

    private static long bytes(String text) {
        return text.length() > PROMPT_BYTES_MAX ? text.length() : text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static RuntimeException outOfRange(String field, String range) {
        return Fault.invalid("OUT_OF_RANGE", field, "must be " + range);
    }
}
