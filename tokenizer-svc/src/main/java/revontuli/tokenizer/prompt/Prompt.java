package revontuli.tokenizer.prompt;

import java.util.List;
import java.util.Optional;
import revontuli.tokenizer.encode.Encoder;

/// A prompt as ids.
///
/// @param text the same for people, control tokens spelled out
/// @param messageEnds number of ids up to the end of each message
/// @param template what it was made by, if it is a dialogue
@SuppressWarnings("ArrayRecordComponent")
public record Prompt(
        int[] ids, String text, List<Integer> messageEnds, Encoder.Served served, Optional<Template> template) {
    public Prompt {
        messageEnds = List.copyOf(messageEnds);
    }
}
