package revontuli.platform.audit;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.util.UUID;
import revontuli.platform.PlatformConfig;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.record.AuditEvent;

/// This run of this instance, as a source of records: its name, its key, its build.
@ApplicationScoped
public class Source {
    private final String name;
    private final SigningKey key;
    private final AuditEvent.Writer writer;

    Source(PlatformConfig config) {
        this.name = "sources/" + config.service() + "-" + UUID.randomUUID();
        this.writer = new AuditEvent.Writer(config.service(), BuildDigest.ofThisProgram());
        try {
            this.key = SigningKey.readPem(config.audit().signingKeyFile());
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "revontuli.platform.audit.signing-key-file: cannot use "
                            + config.audit().signingKeyFile() + ": " + e.getMessage(),
                    e);
        }
    }

    public String name() {
        return name;
    }

    SigningKey key() {
        return key;
    }

    AuditEvent.Writer writer() {
        return writer;
    }
}
