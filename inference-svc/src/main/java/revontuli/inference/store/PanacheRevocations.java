package revontuli.inference.store;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Page;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import jakarta.transaction.Transactional;
import java.io.Serializable;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import revontuli.inference.model.Revocation;
import revontuli.inference.model.VersionName;
import revontuli.transparency.crypto.Digest;

/// Revocations in table `model_revocation`, whether or not the version is known here: one that comes before its
/// version counts as well.
@ApplicationScoped
class PanacheRevocations implements PanacheRepositoryBase<PanacheRevocations.Row, PanacheRevocations.Key> {
    private final InstantSource clock;

    PanacheRevocations(InstantSource clock) {
        this.clock = clock;
    }

    @Transactional
    boolean add(Revocation revocation) {
        if (has(revocation.name(), revocation.digest())) {
            return false;
        }
        Row row = new Row();
        row.name = revocation.name().toString();
        row.digest = revocation.digest().toString();
        row.reason = revocation.reason();
        row.principal = revocation.principal();
        row.kid = revocation.kid();
        row.signature = revocation.signature();
        row.revokeTime = clock.instant();
        persist(row);
        return true;
    }

    @Transactional
    boolean has(VersionName name, Digest digest) {
        return findByIdOptional(new Key(name.toString(), digest.toString())).isPresent();
    }

    @Transactional
    List<VersionName> names(int max) {
        return findAll(Sort.descending("revokeTime")).page(Page.ofSize(max)).list().stream()
                .map(row -> VersionName.parse("name", row.name))
                .toList();
    }

    /// Primary key of a row.
    record Key(String name, String digest) implements Serializable {}

    @Entity(name = "model_revocation")
    @Table(name = "model_revocation")
    @IdClass(Key.class)
    static class Row {
        @Id
        String name;

        @Id
        String digest;

        String reason;
        String principal;
        String kid;
        byte[] signature;

        @Column(name = "revoke_time")
        Instant revokeTime;
    }
}
