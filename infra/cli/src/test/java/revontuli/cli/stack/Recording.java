package revontuli.cli.stack;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import revontuli.cli.Out;

/// What a person would have seen.
final class Recording {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    Out out() {
        return new Out(stream, stream, false, false);
    }

    String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
