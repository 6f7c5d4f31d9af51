package revontuli.inference.generate;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import revontuli.inference.engine.Sampling;
import revontuli.inference.model.Lane;
import revontuli.inference.model.ModelTarget;
import revontuli.platform.fault.Fault;

/// One generation as asked for, within the limits of the API; checked here so that nobody else checks again.
///
/// @param draw how tokens are drawn
/// @param requestId client-made id, or empty
public record GenerationRequest(
        ModelTarget target, String prompt, int tokensMax, Draw draw, List<String> stops, String requestId, Lane lane) {
    static final int TOKENS_MAX = 4_096;
    static final int TOKENS_DEFAULT = 64;
    static final int PROMPT_BYTES_MAX = 64 * 1024;
    private static final int STOPS_MAX = 8;
    private static final int STOP_CHARS_MAX = 64;
    private static final int TOP_K_MAX = 1_000;
    private static final Pattern UUID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");

    /// How tokens are drawn; without a seed the server draws one.
    public record Draw(double temperature, int topK, double topP, double repetitionPenalty, OptionalLong seed) {
        public Draw {
            // Written so that NaN, which compares as false, is refused.
            if (!(temperature >= 0 && temperature <= 2)) {
                throw outOfRange("sampling.temperature", "0 to 2");
            }
            if (topK < 0 || topK > TOP_K_MAX) {
                throw outOfRange("sampling.top_k", "0 to " + TOP_K_MAX);
            }
            if (!(topP > 0 && topP <= 1)) {
                throw outOfRange("sampling.top_p", "above 0 and at most 1");
            }
            if (!(repetitionPenalty >= 1 && repetitionPenalty <= 2)) {
                throw outOfRange("sampling.repetition_penalty", "1 to 2");
            }
        }

        Sampling with(long drawnSeed) {
            return new Sampling(temperature, topK, topP, repetitionPenalty, seed.orElse(drawnSeed));
        }
    }

    public GenerationRequest {
        stops = List.copyOf(stops);
        requireText("prompt", "PROMPT", prompt);
        if (tokensMax < 0 || tokensMax > TOKENS_MAX) {
            throw outOfRange("max_tokens", "0 (default " + TOKENS_DEFAULT + ") to " + TOKENS_MAX);
        }
        tokensMax = tokensMax == 0 ? TOKENS_DEFAULT : tokensMax;
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
