package revontuli.cli.stack;

import java.nio.file.Path;
import java.util.List;
import revontuli.cli.CliException;
import revontuli.cli.Service;
import revontuli.embedded.Executable;

/// A service as a native executable, with the libraries that it needs beside it.
final class NativeProgram implements Program {
    private final Path executable;
    private final String heap;

    private NativeProgram(Path executable, String heap) {
        this.executable = executable;
        this.heap = heap;
    }

    /// The executable below the project's root; refused if it is missing or older than a source it is made of.
    static NativeProgram built(Path root, Service service, String heap) {
        String name = service.fullName();
        Executable executable = Executable.of(root, name);
        if (!executable.isThere()) {
            throw CliException.refused(name + " has no executable (" + executable.file() + "): build it with"
                    + " `infra/revontuli native " + name + "`, which takes some minutes");
        }
        executable.newerSource().ifPresent(source -> {
            throw CliException.refused(name + "'s executable is older than " + root.relativize(source)
                    + ": build it again with `infra/revontuli native " + name + "`");
        });
        return new NativeProgram(executable.file(), heap);
    }

    @Override
    public Path folder() {
        return executable.resolveSibling("");
    }

    @Override
    public List<String> command(Path settings) {
        return List.of(
                executable.toString(),
                "-Xmx" + heap,
                "-Duser.timezone=UTC",
                "-Dquarkus.config.locations=" + settings.toUri());
    }

    @Override
    public String mode() {
        return "native";
    }
}
