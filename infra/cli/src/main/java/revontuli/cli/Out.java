package revontuli.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/// Where a verb writes: results to standard output, what happens meanwhile to standard error.
///
/// Colour and a progress line that overwrites itself only on a terminal; piped, progress is a plain line now and
/// then. With `--json` standard output holds JSON and nothing else.
public final class Out {
    private static final long PLAIN_PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final PrintStream results;
    private final PrintStream notes;
    private final boolean json;
    private final boolean terminal;
    private boolean progressShown;
    private long progressAt = System.nanoTime() - PLAIN_PROGRESS_NANOS;

    public Out(PrintStream results, PrintStream notes, boolean json, boolean terminal) {
        this.results = results;
        this.notes = notes;
        this.json = json;
        this.terminal = terminal;
    }

    /// The program's own streams. The script says whether they are a terminal.
    public static Out standard(boolean json) {
        boolean plain = System.getenv("NO_COLOR") != null || "dumb".equals(System.getenv("TERM"));
        return new Out(
                new PrintStream(System.out, true, StandardCharsets.UTF_8),
                new PrintStream(System.err, true, StandardCharsets.UTF_8),
                json,
                Boolean.getBoolean("revontuli.terminal") && !plain);
    }

    public boolean isJson() {
        return json;
    }

    public boolean isTerminal() {
        return terminal;
    }

    /// A line of the result, for people; nothing with `--json`.
    public synchronized void line(String text) {
        if (!json) {
            clearProgress();
            results.println(text);
        }
    }

    /// A piece of a line, for text that arrives bit by bit; nothing with `--json`.
    public synchronized void piece(String text) {
        if (!json) {
            clearProgress();
            results.print(text);
            results.flush();
        }
    }

    /// One JSON value on a line of its own; only with `--json`.
    public synchronized void json(JsonNode value) {
        jsonText(value.toString());
    }

    /// As [#json], for text that is JSON already.
    public synchronized void jsonText(String value) {
        if (json) {
            clearProgress();
            results.println(value);
        }
    }

    /// Something that happened and is not the result.
    public synchronized void note(String text) {
        clearProgress();
        (json ? notes : results).println(text);
    }

    public synchronized void error(String text) {
        clearProgress();
        notes.println(red(text));
    }

    /// What is going on right now; each call replaces the one before.
    public synchronized void progress(String text) {
        if (terminal && !json) {
            results.print("\r\u001b[2K" + text);
            results.flush();
            progressShown = true;
        } else if (System.nanoTime() - progressAt >= PLAIN_PROGRESS_NANOS) {
            progressAt = System.nanoTime();
            notes.println(text);
        }
    }

    public String bold(String text) {
        return paint("1", text);
    }

    public String green(String text) {
        return paint("32", text);
    }

    public String yellow(String text) {
        return paint("33", text);
    }

    public String red(String text) {
        return paint("31", text);
    }

    public String dim(String text) {
        return paint("2", text);
    }

    private String paint(String code, String text) {
        return terminal ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    private void clearProgress() {
        if (progressShown) {
            results.print("\r\u001b[2K");
            results.flush();
            progressShown = false;
        }
    }
}
