package revontuli.inference;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A door in front of a server: passes bytes on, or does to them what networks do.
final class FaultyWire implements AutoCloseable {
    private final InetSocketAddress address;
    private final int target;
    private final Set<Link> links = ConcurrentHashMap.newKeySet();
    private volatile ServerSocket door;
    private volatile boolean silent;

    FaultyWire(int port, int target) {
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.target = target;
        this.door = listen();
    }

    private record Link(Socket near, Socket far) {
        void cut() {
            reset(near);
            reset(far);
        }

        private static void reset(Socket socket) {
            try (socket) {
                socket.setSoLinger(true, 0);
            } catch (IOException _) {
                // gone already
            }
        }
    }

    private ServerSocket listen() {
        try {
            ServerSocket listening = new ServerSocket();
            listening.setReuseAddress(true);
            listening.bind(address);
            Thread.ofVirtual().start(() -> accept(listening));
            return listening;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket listening) {
        while (!listening.isClosed()) {
            try {
                Socket near = listening.accept();
                Link link = new Link(near, new Socket(InetAddress.getLoopbackAddress(), target));
                links.add(link);
                Thread.ofVirtual().start(() -> pump(link, link.near(), link.far()));
                Thread.ofVirtual().start(() -> pump(link, link.far(), link.near()));
            } catch (IOException _) {
                // closed, or the far side is away: the near side sees it
            }
        }
    }

    private void pump(Link link, Socket from, Socket to) {
        byte[] bytes = new byte[8192];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
                if (!silent) {
                    out.write(bytes, 0, n);
                }
            }
        } catch (IOException _) {
            // cut
        }
        cut(link);
    }

    private void cut(Link link) {
        links.remove(link);
        link.cut();
    }

    /// Resets every connection.
    void cut() {
        links.forEach(this::cut);
    }

    /// Says on every connection what is no HTTP/2.
    void babble() {
        links.forEach(link -> {
            try {
                link.near()
                        .getOutputStream()
                        .write("what is this, and where is the verdict?"
                                .repeat(8)
                                .getBytes(StandardCharsets.US_ASCII));
            } catch (IOException _) {
                // gone already
            }
        });
    }

    /// Takes connections and bytes and passes nothing on, as a host does that is half gone.
    void silence() {
        silent = true;
    }

    /// Refuses connections.
    void down() {
        close();
        cut();
    }

    /// Passes bytes on again, over new connections.
    void up() {
        silent = false;
        cut();
        if (door.isClosed()) {
            door = listen();
        }
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
