package revontuli.safety.privacy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import revontuli.safety.moderate.Commitments;
import revontuli.safety.moderate.Opening;
import revontuli.transparency.crypto.Commitment;

/// Keeps the salts of commitments, each sealed under the data key of its subject. A destroyed key makes them noise,
/// also in copies of the database.
public final class SealedCommitments implements Commitments {
    private final Vault vault;
    private final MasterKey master;
    private final RetentionClass retention;
    private final SecureRandom random = new SecureRandom();

    public SealedCommitments(Vault vault, MasterKey master, RetentionClass retention) {
        this.vault = vault;
        this.master = master;
        this.retention = retention;
    }

    @Override
    public void keep(Opening opening, String tenant, String subject, Instant time) {
        Owner owner = new Owner(tenant, subject);
        byte[] fresh = new byte[Sealing.KEY_BYTES];
        random.nextBytes(fresh);
        byte[] wrapped = vault.keyOf(owner, master.wrap(fresh, owner), retention, time);
        String commitment = opening.commitment().toString();
        byte[] sealed = new Sealing(master.unwrap(wrapped, owner)).seal(opening.salt(), bytes(commitment));
        vault.put(new Vault.Kept(commitment, owner, sealed), time);
    }

    /// The openings of commitments about a subject in a tenant, the oldest first, at most `count`. What was erased is
    /// not among them.
    public List<Opening> about(String subject, String tenant, int count) {
        return vault.about(subject, List.of(tenant), count).stream()
                .map(this::open)
                .toList();
    }

    private Opening open(Vault.Kept kept) {
        byte[] wrapped = vault.findKey(kept.owner())
                .orElseThrow(() -> new IllegalStateException("a salt is kept whose data key is not"));
        byte[] salt = new Sealing(master.unwrap(wrapped, kept.owner())).open(kept.sealed(), bytes(kept.commitment()));
        return new Opening(Commitment.parse(kept.commitment()), salt);
    }

    private static byte[] bytes(String commitment) {
        return commitment.getBytes(StandardCharsets.US_ASCII);
    }
}
