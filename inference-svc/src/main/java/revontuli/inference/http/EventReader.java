package revontuli.inference.http;

import java.util.List;
import org.jspecify.annotations.Nullable;
import revontuli.inference.generate.Ending;
import revontuli.inference.generate.Reader;
import revontuli.inference.generate.ToldPrompt;
import revontuli.inference.generate.ToldToken;

/// Passes a text on piece by piece, as server-sent events.
final class EventReader implements Reader {
    private final Connection connection;
    private final Answers answers;
    private final int index;
    private int characters;
    private @Nullable Ending ending;

    EventReader(Connection connection, Answers answers, int index) {
        this.connection = connection;
        this.answers = answers;
        this.index = index;
    }

    @Override
    public void prompt(ToldPrompt prompt) throws Gone {
        connection.event(answers.prompt(index, prompt).encode());
        if (answers.echoes()) {
            count(prompt.text());
        }
    }

    @Override
    public void text(String released, List<ToldToken> tokens) throws Gone {
        Piece piece = new Piece(released, tokens, characters);
        count(released);
        connection.event(answers.piece(index, piece, null).encode());
    }

    private void count(String text) {
        characters += text.codePointCount(0, text.length());
    }

    @Override
    public void last(Ending last) throws Gone {
        ending = last;
        connection.event(answers.piece(index, Piece.NONE, last).encode());
    }

    @Override
    public void onGone(Runnable action) {
        connection.onGone(action);
    }

    @Override
    public boolean gone() {
        return connection.gone();
    }

    /// How it ended; null when the client went away before.
    @Nullable
    Ending ending() {
        return ending;
    }
}
