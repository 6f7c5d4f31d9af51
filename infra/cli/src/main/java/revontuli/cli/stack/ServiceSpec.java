package revontuli.cli.stack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import revontuli.cli.CliException;
import revontuli.cli.Service;

/// How one service is run.
record ServiceSpec(Service service, Program program) {
    /// The four services as they were built below the project's root.
    ///
    /// @param executables those that run as native executables; the others run on the Java machine
    /// @param record those on the Java machine take down what they load, for an AOT cache
    static List<ServiceSpec> built(Path root, Set<Service> executables, boolean record) {
        List<ServiceSpec> specs = new ArrayList<>();
        for (Service service : Service.values()) {
            Program program = executables.contains(service)
                    ? NativeProgram.built(root, service, service.heapMax())
                    : onJava(root, service, record);
            specs.add(new ServiceSpec(service, program));
        }
        return specs;
    }

    private static Program onJava(Path root, Service service, boolean record) {
        Path folder = root.resolve(service.fullName()).resolve("target/quarkus-app");
        if (!Files.isRegularFile(folder.resolve(AotCache.JAR))) {
            throw CliException.refused(
                    service.fullName() + " is not built (" + folder + "): run infra/revontuli, which builds it");
        }
        return JavaProgram.packaged(folder, service.heapMax(), record);
    }
}
