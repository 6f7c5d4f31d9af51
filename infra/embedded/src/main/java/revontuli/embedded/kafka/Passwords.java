package revontuli.embedded.kafka;

import java.util.regex.Pattern;

/// Passwords stand inside JAAS lines and storage arguments, which know no escapes: only plain characters are taken.
final class Passwords {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]{16,128}");

    private Passwords() {}

    static String check(String password) {
        if (!PLAIN.matcher(password).matches()) {
            throw new IllegalArgumentException("a Kafka password has 16 to 128 letters, digits, _ or -");
        }
        return password;
    }
}
