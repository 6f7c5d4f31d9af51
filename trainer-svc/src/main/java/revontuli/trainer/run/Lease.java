package revontuli.trainer.run;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import revontuli.platform.fault.Fault;
import revontuli.platform.fault.FaultException;
import revontuli.transparency.crypto.Digest;

/// A claim on a job: its number, and a secret that only its holder knows. The database keeps the secret's hash.
public record Lease(String job, long fence, String secret) {
    private static final int SECRET_BYTES = 32;

    public static Lease draw(String job, long fence) {
        byte[] bytes = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(bytes);
        return new Lease(job, fence, HexFormat.of().formatHex(bytes));
    }

    /// A secret of 256 bits of chance cannot be guessed back from its plain hash.
    public String secretHash() {
        return Digest.of(secret.getBytes(StandardCharsets.UTF_8)).hex();
    }

    FaultException lost() {
        return new Fault.Aborted(
                        "LEASE_LOST",
                        "claim " + fence + " on " + job + " is not the newest, or the job has gone on: stop and write"
                                + " nothing more",
                        Map.of("job", job, "fence", Long.toString(fence)))
                .toException();
    }

    /// Never the secret.
    @Override
    public String toString() {
        return "lease " + fence + " on " + job;
    }
}
