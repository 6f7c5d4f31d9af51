package revontuli.inference.generate;

import java.util.List;

/// A prompt as the model got it.
///
/// @param text control tokens spelled out
public record ToldPrompt(String text, List<ToldToken> tokens) {
    public ToldPrompt {
        tokens = List.copyOf(tokens);
    }
}
