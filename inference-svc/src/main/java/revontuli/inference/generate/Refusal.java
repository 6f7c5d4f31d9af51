package revontuli.inference.generate;

/// Why and in which direction a text was refused.
///
/// @param direction `prompt` or `output`
public record Refusal(Verdict verdict, String direction) {
    static Refusal ofPrompt(Verdict verdict) {
        return new Refusal(verdict, "prompt");
    }

    static Refusal ofOutput(Verdict verdict) {
        return new Refusal(verdict, "output");
    }
}
