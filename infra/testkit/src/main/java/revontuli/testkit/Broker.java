package revontuli.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import revontuli.embedded.kafka.EmbeddedKafka;

/// Lets tests stop and start the broker. Tests run in another class loader than the broker, so they speak to it over
/// a socket on the loopback interface, whose port is a system property.
public final class Broker {
    private static final String PORT = "revontuli.test.broker-control";

    private Broker() {}

    /// Stops the broker; returns when it has stopped.
    public static void stop() {
        command('-');
    }

    /// Starts it again on the same port and data; returns when it serves.
    public static void start() {
        command('+');
    }

    static void publish(EmbeddedKafka kafka) {
        try {
            ServerSocket control = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            System.setProperty(PORT, Integer.toString(control.getLocalPort()));
            Thread.ofPlatform().daemon().name("broker-control").start(() -> serve(control, kafka));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void serve(ServerSocket control, EmbeddedKafka kafka) {
        while (true) {
            try (Socket test = control.accept()) {
                if (test.getInputStream().read() == '-') {
                    kafka.stop();
                } else {
                    kafka.restart();
                }
                test.getOutputStream().write("ok".getBytes(StandardCharsets.US_ASCII));
            } catch (IOException _) {
                return;
            }
        }
    }

    private static void command(char what) {
        int port = Integer.getInteger(PORT, -1);
        try (Socket control = new Socket(InetAddress.getLoopbackAddress(), port)) {
            control.setSoTimeout(60_000);
            control.getOutputStream().write(what);
            if (control.getInputStream().readNBytes(2).length != 2) {
                throw new IllegalStateException("the broker did not do it");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
