package revontuli.cli.stack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import revontuli.cli.CliException;
import revontuli.embedded.Detached;

/// A small shell that outlives a killed launcher and ends the children: services first, then Postgres.
///
/// It learns of the launcher's death from the end of its standard input, so neither polling nor a reused process id
/// can mislead it.
final class Reaper implements AutoCloseable {
    private final Process shell;
    private final Writer orders;

    private Reaper(Process shell) {
        this.shell = shell;
        this.orders = new OutputStreamWriter(shell.getOutputStream(), StandardCharsets.US_ASCII);
    }

    static Reaper start() {
        try (InputStream script = Reaper.class.getResourceAsStream("reaper.sh")) {
            if (script == null) {
                throw CliException.refused("reaper.sh is not on the class path: build again");
            }
            String text = new String(script.readAllBytes(), StandardCharsets.UTF_8);
            return new Reaper(new ProcessBuilder(Detached.command(List.of("sh", "-c", text)))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start());
        } catch (IOException e) {
            throw CliException.refused("cannot start a shell: " + e.getMessage());
        }
    }

    /// Ends what a service that has ended left behind, such as a worker that it had started.
    static void killGroup(long leader) {
        try {
            new ProcessBuilder("sh", "-c", "kill -s KILL -- -" + leader)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor(5, TimeUnit.SECONDS);
        } catch (IOException _) {
            // Without a shell there is nothing that could be done.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    void addService(long pid) {
        order("add service " + pid);
    }

    void addPostgres(long pid) {
        order("add postgres " + pid);
    }

    void drop(long pid) {
        order("drop " + pid);
    }

    long pid() {
        return shell.pid();
    }

    /// Everything is stopped; the shell ends without doing anything.
    @Override
    public void close() {
        order("done");
        try {
            orders.close();
        } catch (IOException _) {
            // It has ended already, which is what closing is for.
        }
    }

    private synchronized void order(String line) {
        try {
            orders.write(line + "\n");
            orders.flush();
        } catch (IOException _) {
            // Somebody killed it. The services still watch the launcher themselves, and the next start ends a left-over
            // Postgres.
        }
    }
}
