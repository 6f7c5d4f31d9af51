package revontuli.inference.store;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Page;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import revontuli.inference.model.AdmittedVersion;
import revontuli.inference.model.AdmittedVersions;
import revontuli.inference.model.Origin;
import revontuli.inference.model.Revocation;
import revontuli.inference.model.VersionName;
import revontuli.transparency.crypto.Digest;

/// Admitted versions in table `model_version`; revocations beside them, in `model_revocation`.
@ApplicationScoped
class PanacheVersions implements AdmittedVersions, PanacheRepositoryBase<PanacheVersions.Row, String> {
    private static final String NOT_REVOKED =
            "from model_version v where not exists (select 1 from model_revocation r where r.name = v.name and r.digest = v.digest)";

    private final PanacheRevocations revocations;

    PanacheVersions(PanacheRevocations revocations) {
        this.revocations = revocations;
    }

    @Override
    @Transactional
    public Optional<AdmittedVersion> find(VersionName name) {
        return findByIdOptional(name.toString()).map(Row::toVersion);
    }

    @Override
    @Transactional
    public void add(AdmittedVersion version) {
        persist(Row.of(version));
    }

    @Override
    public boolean revoke(Revocation revocation) {
        return revocations.add(revocation);
    }

    @Override
    public boolean isRevoked(VersionName name, Digest digest) {
        return revocations.has(name, digest);
    }

    @Override
    @Transactional
    public List<AdmittedVersion> servable(int max) {
        return find(NOT_REVOKED + " order by v.admitTime desc, v.name").page(Page.ofSize(max)).list().stream()
                .map(Row::toVersion)
                .toList();
    }

    @Override
    public Set<VersionName> revoked(int max) {
        return new HashSet<>(revocations.names(max));
    }

    @Entity(name = "model_version")
    @Table(name = "model_version")
    static class Row {
        @Id
        String name;

        String digest;

        @Column(name = "tokenizer_digest")
        String tokenizerDigest;

        @Column(name = "statement_digest")
        String statementDigest;

        @Column(name = "template_digest")
        @Nullable
        String templateDigest;

        @Column(name = "policy_digest")
        @Nullable
        String policyDigest;

        String origin;
        String signers;

        @Column(name = "admit_time")
        Instant admitTime;

        static Row of(AdmittedVersion version) {
            Row row = new Row();
            row.name = version.name().toString();
            row.digest = version.digests().model().toString();
            row.tokenizerDigest = version.digests().tokenizer().toString();
            row.statementDigest = version.digests().statement().toString();
            row.templateDigest =
                    version.digests().template().map(Digest::toString).orElse(null);
            row.policyDigest = version.digests().policy().map(Digest::toString).orElse(null);
            row.origin = version.origin().text();
            row.signers = String.join("\n", version.signers());
            row.admitTime = version.time();
            return row;
        }

        AdmittedVersion toVersion() {
            return new AdmittedVersion(
                    VersionName.parse("name", name),
                    new AdmittedVersion.Digests(
                            Digest.parse(digest),
                            Digest.parse(tokenizerDigest),
                            Digest.parse(statementDigest),
                            Optional.ofNullable(templateDigest).map(Digest::parse),
                            Optional.ofNullable(policyDigest).map(Digest::parse)),
                    Origin.parse(origin),
                    Arrays.asList(signers.split("\n", -1)),
                    admitTime);
        }
    }
}
