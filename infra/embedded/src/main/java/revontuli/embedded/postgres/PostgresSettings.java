package revontuli.embedded.postgres;

import java.nio.file.Path;

/// Where a server lives and who may rule it.
///
/// @param binaries folder for the unpacked programs; shared by any number of servers
/// @param data the cluster's data; made at the first start, kept afterwards
/// @param log file to which the server's messages are added
/// @param port loopback port
/// @param superuserPassword password of the role `postgres`, set when the data is made
public record PostgresSettings(Path binaries, Path data, Path log, int port, String superuserPassword) {
    public PostgresSettings {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port must be from 1 to 65535: " + port);
        }
        if (superuserPassword.length() < 16) {
            throw new IllegalArgumentException("superuserPassword must have 16 characters or more");
        }
    }

    @Override
    public String toString() {
        return "PostgresSettings[data=" + data + ", port=" + port + "]";
    }
}
