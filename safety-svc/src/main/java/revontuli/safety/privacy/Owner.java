package revontuli.safety.privacy;

import java.nio.charset.StandardCharsets;

/// Whose data a key encrypts: a subject such as `generations/{id}` of a tenant.
public record Owner(String tenant, String subject) {
    byte[] bytes() {
        return (tenant + "\n" + subject).getBytes(StandardCharsets.UTF_8);
    }
}
