package revontuli.cli.stack;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/// Stands in for a service: reads the settings file, answers the readiness question, dies when told to.
///
/// It has a worker of its own and watches nobody, so that a test sees what happens to what hangs on.
final class FakeService {
    static final String SERVE = "serve";
    static final String CANNOT_START = "cannot-start";

    private FakeService() {}

    /// Command line of a fake of this kind.
    static List<String> program(String kind) {
        return List.of("-cp", System.getProperty("java.class.path"), FakeService.class.getName(), kind);
    }

    public static void main(String[] args) throws IOException {
        if (CANNOT_START.equals(args[0])) {
            System.out.println("2026-11-25 10:00:00,000 INFO  [io.quarkus] (main) starting");
            System.out.println("2026-11-25 10:00:00,001 ERROR [io.quarkus] (main) Failed to start application");
            System.out.println("java.lang.RuntimeException: outer");
            System.out.println("\tat some.Place.method(Place.java:1)");
            System.out.println("Caused by: java.net.BindException: Address already in use");
            System.out.println("\tat some.Place.other(Place.java:2)");
            System.exit(1);
        }
        Properties settings = new Properties();
        try (InputStream file =
                Files.newInputStream(Path.of(URI.create(System.getProperty("quarkus.config.locations"))))) {
            settings.load(file);
        }
        int port = Integer.parseInt(settings.getProperty("quarkus.http.port"));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10);
        server.createContext("/q/health/ready", FakeService::answer);
        new ProcessBuilder("sleep", "600").start();
        server.start();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        exchange.sendResponseHeaders(200, -1);
        exchange.close();
    }
}
