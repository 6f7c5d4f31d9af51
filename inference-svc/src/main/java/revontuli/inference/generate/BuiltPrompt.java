package revontuli.inference.generate;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import revontuli.inference.model.TextCodec;
import revontuli.platform.fault.Fault;
import revontuli.platform.prompt.PromptBuilder;

/// A prompt for a model.
///
/// @param shown what is judged: the text, control tokens spelled out
/// @param ids what the model gets; nobody writes into them
/// @param controls control tokens in their order
/// @param stops texts that end what follows, beside those that were asked for
@SuppressWarnings("ArrayRecordComponent")
record BuiltPrompt(String shown, int[] ids, List<Control> controls, List<String> stops) {
    /// A control token that stands in a prompt.
    record Control(String spelling, int id) {}

    BuiltPrompt {
        controls = List.copyOf(controls);
        stops = List.copyOf(stops);
    }

    /// The same after parts of what is shown were replaced. Refused where it cannot be told any more which of it are
    /// control tokens.
    BuiltPrompt redacted(String text, TextCodec codec) {
        requireTold(text);
        PromptBuilder prompt = new PromptBuilder(codec::encode);
        int at = 0;
        for (Control control : controls) {
            int place = text.indexOf(control.spelling(), at);
            if (place < 0) {
                throw notRedactable();
            }
            prompt.text(text.substring(at, place));
            prompt.control(control.spelling(), control.id());
            at = place + control.spelling().length();
        }
        prompt.text(text.substring(at));
        return new BuiltPrompt(text, prompt.ids(), controls, stops);
    }

    /// Every spelling stands as often in both texts as there are such control tokens: none was replaced, and no text
    /// looks like one.
    private void requireTold(String text) {
        Map<String, Long> expected =
                controls.stream().collect(Collectors.groupingBy(Control::spelling, Collectors.counting()));
        Function<String, Boolean> told = spelling -> count(shown, spelling) == expected.getOrDefault(spelling, 0L)
                && count(text, spelling) == expected.getOrDefault(spelling, 0L);
        if (!expected.keySet().stream().allMatch(told::apply)) {
            throw notRedactable();
        }
    }

    private static long count(String text, String part) {
        long count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
            count++;
        }
        return count;
    }

    private static RuntimeException notRedactable() {
        return Fault.invalid(
                "PROMPT_NOT_REDACTABLE",
                "prompt",
                "has parts that the policy replaces, and texts that look like control tokens: leave one of both out");
    }
}
