package revontuli.inference.http;

import org.jspecify.annotations.Nullable;
import revontuli.inference.generate.Ending;
import revontuli.inference.generate.Reader;

/// Collects a text until its end.
final class WholeReader implements Reader {
    private final Connection connection;
    private final StringBuilder text = new StringBuilder();
    private @Nullable Ending ending;

    WholeReader(Connection connection) {
        this.connection = connection;
    }

    @Override
    public void text(String released) {
        text.append(released);
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

    String text() {
        return text.toString();
    }

    /// How it ended; null when the client went away before.
    @Nullable
    Ending ending() {
        return ending;
    }
}
