package revontuli.inference.generate;

import java.time.Duration;

/// What a generation used.
public record Usage(int promptTokens, int outputTokens, Duration firstToken, Duration total) {}
