package revontuli.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Loopback ports. A port found free here can be taken by another program before it is used; whoever uses it then
/// fails with the port in its message.
public final class Ports {
    private static final int ATTEMPTS_MAX = 100;

    private Ports() {}

    /// The usual port if nobody listens there, else a free one.
    public static int usualOrFree(int usual) {
        return isFree(usual) ? usual : free();
    }

    public static int free() {
        return free(1).getFirst();
    }

    /// Free ports, all different.
    public static List<Integer> free(int count) {
        Set<Integer> found = new LinkedHashSet<>();
        for (int attempt = 0; found.size() < count; attempt++) {
            if (attempt >= ATTEMPTS_MAX + count) {
                throw new IllegalStateException("no free loopback port found");
            }
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                found.add(socket.getLocalPort());
            } catch (IOException e) {
                throw new UncheckedIOException("no free loopback port found", e);
            }
        }
        return List.copyOf(found);
    }

    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
            return true;
        } catch (IOException _) {
            return false;
        }
    }
}
