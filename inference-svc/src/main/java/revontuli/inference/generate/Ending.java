package revontuli.inference.generate;

import java.util.Optional;

/// How a generation ended well, which a refusal is too.
public record Ending(
        Generation generation,
        FinishReason reason,
        Optional<Refusal> refusal,
        Verdict verdict,
        Optional<Opening> prompt,
        Optional<Opening> output,
        Usage usage) {}
