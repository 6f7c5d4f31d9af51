package revontuli.cli.stack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import revontuli.cli.CliException;
import revontuli.cli.Service;

/// How one service is run.
///
/// @param program what `java` gets after the settings: `-jar` and a path
/// @param folder working directory; an AOT cache is found only from the jar's own folder
/// @param heap limit of the Java heap
/// @param train record what it loads, so that its later starts are faster
record ServiceSpec(Service service, List<String> program, Path folder, String heap, boolean train) {
    ServiceSpec {
        program = List.copyOf(program);
    }

    /// The four services as Maven builds them below the project's root.
    static List<ServiceSpec> built(Path root, boolean train) {
        List<ServiceSpec> specs = new ArrayList<>();
        for (Service service : Service.values()) {
            Path folder = root.resolve(service.fullName()).resolve("target/quarkus-app");
            if (!Files.isRegularFile(folder.resolve("quarkus-run.jar"))) {
                throw CliException.refused(
                        service.fullName() + " is not built (" + folder + "): run infra/revontuli, which builds it");
            }
            specs.add(new ServiceSpec(service, List.of("-jar", "quarkus-run.jar"), folder, heapOf(service), train));
        }
        return specs;
    }

    private static String heapOf(Service service) {
        return switch (service) {
            case TOKENIZER, SAFETY -> "160m";
            case TRAINER -> "192m";
            case INFERENCE -> "256m";
        };
    }
}
