package revontuli.cli.stack;

import java.io.IOException;
import java.nio.file.Path;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import revontuli.cli.CliException;
import revontuli.embedded.QuietLogs;

/// Where libraries inside this process log: nowhere for a verb, a file for the launcher. Never the terminal.
public final class LauncherLogs {
    private static final int FILE_BYTES_MAX = 5_000_000;
    private static final int FILES_MAX = 2;

    private LauncherLogs() {}

    public static void silence() {
        if (!Boolean.getBoolean("revontuli.debug")) {
            root().setLevel(Level.OFF);
        }
    }

    static void toFile(Path file) {
        System.setProperty("java.util.logging.SimpleFormatter.format", "%1$tFT%1$tT.%1$tL %4$s %3$s %5$s%6$s%n");
        try {
            Logger root = root();
            for (Handler handler : root.getHandlers()) {
                root.removeHandler(handler);
            }
            FileHandler handler = new FileHandler(file + ".%g", FILE_BYTES_MAX, FILES_MAX, true);
            handler.setEncoding("UTF-8");
            handler.setFormatter(new SimpleFormatter());
            root.addHandler(handler);
            root.setLevel(Level.INFO);
            QuietLogs.apply();
        } catch (IOException e) {
            throw CliException.refused("cannot write " + file + ": " + e.getMessage());
        }
    }

    private static Logger root() {
        return LogManager.getLogManager().getLogger("");
    }
}
