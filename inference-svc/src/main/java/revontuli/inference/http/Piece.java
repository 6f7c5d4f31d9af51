package revontuli.inference.http;

import java.util.List;
import revontuli.inference.generate.ToldToken;

/// Text of a choice and the tokens that are whole with it.
///
/// @param offset characters of the choice's text before it
record Piece(String text, List<ToldToken> tokens, int offset) {
    static final Piece NONE = new Piece("", List.of(), 0);

    Piece {
        tokens = List.copyOf(tokens);
    }

    int[] ids() {
        return tokens.stream().mapToInt(ToldToken::id).toArray();
    }
}
