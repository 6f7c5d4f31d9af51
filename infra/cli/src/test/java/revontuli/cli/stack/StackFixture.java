package revontuli.cli.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import revontuli.cli.Home;
import revontuli.cli.Service;
import revontuli.embedded.Waiting;

/// A stack whose four services are fakes.
final class StackFixture {
    private StackFixture() {}

    static StackOptions options(Path home, String kindOfTrainer) {
        shareBinaries(home);
        List<ServiceSpec> specs = new ArrayList<>();
        for (Service service : Service.values()) {
            String kind = service == Service.TRAINER ? kindOfTrainer : FakeService.SERVE;
            specs.add(new ServiceSpec(
                    service, new JavaProgram(Path.of("").toAbsolutePath(), "64m", FakeService.program(kind))));
        }
        return new StackOptions(new Home(home), false, specs, false);
    }

    /// The server's programs are unpacked once for all tests, not once a home.
    private static void shareBinaries(Path home) {
        try {
            Path shared = Files.createDirectories(
                    Path.of("target", "postgres-binaries").toAbsolutePath());
            Path bin = home.resolve("postgres/bin");
            if (!Files.exists(home)) {
                new Home(home).prepare();
                Files.createDirectories(bin.getParent());
                Files.createSymbolicLink(bin, shared);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static boolean within(Duration limit, BooleanSupplier condition) {
        return Waiting.until(limit, Duration.ofMillis(50), condition);
    }

    static boolean isGone(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty();
    }
}
