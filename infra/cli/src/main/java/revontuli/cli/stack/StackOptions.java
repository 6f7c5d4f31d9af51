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
/// @param makeCaches the stop waits until the AOT caches are made of what was recorded
/// @param brokers 1, in this process, or 3, each in a process of its own that can be killed
public record StackOptions(Home home, boolean fresh, List<ServiceSpec> services, boolean makeCaches, int brokers) {
    public StackOptions {
        services = List.copyOf(services);
    }

    /// With one broker.
    public StackOptions(Home home, boolean fresh, List<ServiceSpec> services, boolean makeCaches) {
        this(home, fresh, services, makeCaches, 1);
    }

    /// The four services as built below the project's root, which the script names; see [ServiceSpec#built].
    public static StackOptions built(Home home, boolean fresh, Set<Service> executables, AotUse aot) {
        String root = System.getProperty("revontuli.root", "");
        if (root.isEmpty()) {
            throw CliException.refused("the project's root is unknown: start through infra/revontuli");
        }
        List<ServiceSpec> services = ServiceSpec.built(Path.of(root), executables, aot != AotUse.ONLY_USE);
        return new StackOptions(home, fresh, services, aot == AotUse.RECORD_AND_MAKE);
    }
}
