package revontuli.safety.privacy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Where wrapped data keys and sealed salts lie. What is destroyed is gone in the commit of the unit of work.
public interface Vault {
    /// A sealed salt.
    ///
    /// @param sealed not copied, nobody writes into it
    @SuppressWarnings("ArrayRecordComponent")
    record Kept(String commitment, Owner owner, byte[] sealed) {}

    /// The wrapped key of an owner, which is this one if there is none yet.
    byte[] keyOf(Owner owner, byte[] wrappedIfNew, RetentionClass retention, Instant time);

    /// The wrapped key of an owner, if it was made and not destroyed.
    Optional<byte[]> findKey(Owner owner);

    void put(Kept kept, Instant time);

    /// What is kept about a subject in these tenants, at most `count`, the oldest first.
    List<Kept> about(String subject, List<String> tenants, int count);

    /// Destroys the keys and salts of a subject in these tenants; answers the commitments that nobody can open any
    /// more.
    List<String> destroy(String subject, List<String> tenants);

    /// Destroys what is older than its retention class allows and not on hold, at most `count` subjects; answers them.
    List<Owner> expire(Instant now, int count);
}
