package revontuli.cli.stack;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Asks a service whether it serves.
final class Readiness {
    private static final int TIMEOUT_MILLIS = (int) Duration.ofSeconds(3).toMillis();
    private static final int BODY_BYTES_MAX = 4096;

    private final URI address;
    private volatile String reason = "it has not answered yet";

    Readiness(String httpAddress) {
        this.address = URI.create(httpAddress + "/q/health/ready");
    }

    boolean isReady() {
        try {
            HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            try {
                int code = connection.getResponseCode();
                if (code == 200) {
                    return true;
                }
                reason = "it answers " + code + body(connection);
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            reason = "it does not answer: " + e.getMessage();
        }
        return false;
    }

    /// Why the last answer was no.
    String reason() {
        return reason;
    }

    private static String body(HttpURLConnection connection) throws IOException {
        try (InputStream body = connection.getErrorStream()) {
            return body == null
                    ? ""
                    : " " + new String(body.readNBytes(BODY_BYTES_MAX), StandardCharsets.UTF_8).replaceAll("\\s+", " ");
        }
    }
}
