package revontuli.inference.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import revontuli.inference.generate.Ending;
import revontuli.inference.generate.Reader;
import revontuli.inference.generate.ToldPrompt;
import revontuli.inference.generate.ToldToken;

/// Collects a text until its end.
final class WholeReader implements Reader {
    private final Connection connection;
    private final StringBuilder text = new StringBuilder();
    private final List<ToldToken> tokens = new ArrayList<>();
    private @Nullable ToldPrompt prompt;
    private @Nullable Ending ending;

    WholeReader(Connection connection) {
        this.connection = connection;
    }

    @Override
    public void prompt(ToldPrompt told) {
        prompt = told;
    }

    @Override
    public void text(String released, List<ToldToken> whole) {
        text.append(released);
        tokens.addAll(whole);
    }

    @Override
    public void last(Ending last) {
        ending = last;
    }

    @Override
    public void onGone(Runnable action) {
        connection.onGone(action);
    }

    @Override
    public boolean gone() {
        return connection.gone();
    }

    Piece output() {
        return new Piece(text.toString(), tokens, 0);
    }

    /// The prompt as the model got it; null where it was not asked for, or not let through.
    @Nullable
    ToldPrompt prompt() {
        return prompt;
    }

    /// How it ended; null when the client went away before.
    @Nullable
    Ending ending() {
        return ending;
    }
}
