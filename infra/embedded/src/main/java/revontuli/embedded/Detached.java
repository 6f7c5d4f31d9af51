package revontuli.embedded;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Commands in a session of their own, so that Ctrl-C on the terminal reaches only the launcher, which then stops
/// everything in order.
///
/// Where there is no `setsid` (macOS) the command stays in the launcher's process group.
public final class Detached {
    private Detached() {}

    public static List<String> command(List<String> command) {
        List<String> detached = new ArrayList<>();
        if (onPath("setsid")) {
            detached.add("setsid");
        }
        detached.addAll(command);
        return detached;
    }

    private static boolean onPath(String program) {
        String path = System.getenv().getOrDefault("PATH", "");
        for (String folder : path.split(File.pathSeparator, -1)) {
            if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }
}
