package revontuli.cli.stack;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import revontuli.cli.CliException;
import revontuli.cli.Service;

/// `--native`: the executables instead of the Java machine.
public final class NativeOption {
    @Option(
            names = "--native",
            paramLabel = "SERVICE",
            split = ",",
            arity = "0..1",
            fallbackValue = "ALL",
            description = "Run the services as native executables, which `infra/revontuli native` builds."
                    + " Only these, if some are named.")
    private Set<String> named = Set.of();

    public Set<Service> services() {
        Set<Service> chosen = EnumSet.noneOf(Service.class);
        for (String name : named) {
            if (name.equals("ALL")) {
                return EnumSet.allOf(Service.class);
            }
            chosen.add(Service.find(name)
                    .orElseThrow(() -> CliException.usage(
                            "--native: no service '" + name + "': choose from " + String.join(", ", names()))));
        }
        return chosen;
    }

    private static List<String> names() {
        return Stream.of(Service.values()).map(Service::fullName).toList();
    }
}
