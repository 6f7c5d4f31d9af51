package revontuli.safety.privacy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import revontuli.safety.moderate.Commitments;
import revontuli.safety.moderate.Opening;
import revontuli.safety.review.Review.Refused;
import revontuli.safety.review.SealedTexts;
import revontuli.transparency.crypto.Commitment;

/// Keeps the salts of commitments, each sealed under the data key of its subject. A destroyed key makes them noise,
/// also in copies of the database.
public final class SealedCommitments implements Commitments, SealedTexts {
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
        String commitment = opening.commitment().toString();
        byte[] sealed = sealing(owner, time).seal(opening.salt(), bytes(commitment));
        vault.put(new Vault.Kept(commitment, owner, sealed), time);
    }

    private Sealing sealing(Owner owner, Instant time) {
        byte[] fresh = new byte[Sealing.KEY_BYTES];
        random.nextBytes(fresh);
        byte[] wrapped = vault.keyOf(owner, master.wrap(fresh, owner), retention, time);
        return new Sealing(master.unwrap(wrapped, owner));
    }

    @Override
    public byte[] seal(Refused refused, String name, String text, Instant time) {
        return sealing(owner(refused), time).seal(text.getBytes(StandardCharsets.UTF_8), bytes(name));
    }

    @Override
    public Optional<String> open(Refused refused, String name, byte[] sealed) {
        Owner owner = owner(refused);
        return vault.findKey(owner)
                .map(wrapped -> new Sealing(master.unwrap(wrapped, owner)).open(sealed, bytes(name)))
                .map(text -> new String(text, StandardCharsets.UTF_8));
    }

    private static Owner owner(Refused refused) {
        return new Owner(refused.tenant(), refused.subject());
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
