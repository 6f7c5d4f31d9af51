package revontuli.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// `--home`, to be mixed into every verb.
public final class HomeOption {
    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "Folder of the embedded stack (default: REVONTULI_HOME, else ~/.local/share/revontuli).")
    private @Nullable Path folder;

    public Home home() {
        return new Home(folder == null ? Home.usualFolder() : folder);
    }
}
