package revontuli.inference.http;

import org.jspecify.annotations.Nullable;
import revontuli.inference.generate.Ending;
import revontuli.inference.generate.Reader;

/// Passes a text on piece by piece, as server-sent events.
final class EventReader implements Reader {
    private final Connection connection;
    private final Answers answers;
    private final int index;
    private @Nullable Ending ending;

    EventReader(Connection connection, Answers answers, int index) {
        this.connection = connection;
        this.answers = answers;
        this.index = index;
    }

    @Override
    public void text(String released) throws Gone {
        connection.event(answers.piece(index, released, null).encode());
    }

    @Override
    public void last(Ending last) throws Gone {
        ending = last;
        connection.event(answers.piece(index, "", last).encode());
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
