package revontuli.cli;

import java.util.List;
import revontuli.cli.stack.DownCommand;
import revontuli.cli.stack.StatusCommand;
import revontuli.cli.stack.UpCommand;

/// Every verb, in the order in which help lists them.
final class Commands {
    private Commands() {}

    static List<Object> all() {
        return List.of(new UpCommand(), new DownCommand(), new StatusCommand());
    }
}
