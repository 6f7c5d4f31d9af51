package revontuli.embedded.kafka;

import java.util.Map;

/// How a client of a secured cluster logs in.
public final class ScramLogin {
    public static final String MECHANISM = "SCRAM-SHA-256";
    public static final String PROTOCOL = "SASL_PLAINTEXT";

    private ScramLogin() {}

    /// The value of `sasl.jaas.config`.
    public static String jaas(String user, String password) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
                .formatted(user, Passwords.check(password));
    }

    /// The client settings that make a login.
    public static Map<String, String> properties(String user, String password) {
        return Map.of(
                "security.protocol", PROTOCOL, "sasl.mechanism", MECHANISM, "sasl.jaas.config", jaas(user, password));
    }
}
