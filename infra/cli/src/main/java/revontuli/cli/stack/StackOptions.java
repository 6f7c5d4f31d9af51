package revontuli.cli.stack;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import revontuli.cli.CliException;
import revontuli.cli.Home;
import revontuli.cli.Service;

/// What to start, and where its data lies.
///
/// @param fresh begin anew: data, keys and logs of the home are deleted first
public record StackOptions(Home home, boolean fresh, List<ServiceSpec> services) {
    public StackOptions {
        services = List.copyOf(services);
    }

    /// The four services as built below the project's root, which the script names; see [ServiceSpec#built].
    public static StackOptions built(Home home, boolean fresh, Set<Service> executables, boolean record) {
        String root = System.getProperty("revontuli.root", "");
        if (root.isEmpty()) {
            throw CliException.refused("the project's root is unknown: start through infra/revontuli");
        }
        return new StackOptions(home, fresh, ServiceSpec.built(Path.of(root), executables, record));
    }
}
