package revontuli.trainer.store;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import revontuli.platform.caller.Caller;
import revontuli.platform.caller.Role;
import revontuli.trainer.publish.Judgement;
import revontuli.trainer.publish.Manifest;
import revontuli.trainer.publish.ModelVersion;
import revontuli.trainer.publish.Models;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.statement.Statement;
import revontuli.transparency.statement.StatementSignature;

@ApplicationScoped
class PanacheModels implements Models, PanacheRepositoryBase<PanacheModels.Row, String> {

    @Override
    @Transactional
    public Optional<ModelVersion> find(String name) {
        return findByIdOptional(name).map(this::version);
    }

    @Override
    @Transactional
    public Optional<ModelVersion> lock(String name) {
        return findByIdOptional(name, LockModeType.PESSIMISTIC_WRITE).map(this::version);
    }

    @Override
    @Transactional
    public boolean insert(ModelVersion version) {
        return getEntityManager()
                        .createNativeQuery("""
                        insert into model_version (name, model, version, tenant, state, digest, manifest, statement,
                            bundle_digest, job, evaluations, create_time)
                        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) on conflict do nothing""")
                        .setParameter(1, version.name())
                        .setParameter(2, version.model())
                        .setParameter(3, version.number())
                        .setParameter(4, version.origin().tenant())
                        .setParameter(5, version.state().name())
                        .setParameter(6, version.digest().toString())
                        .setParameter(7, version.manifest().bytes())
                        .setParameter(8, version.statement().bytes())
                        .setParameter(9, version.bundle().map(Digest::toString).orElse(""))
                        .setParameter(10, version.origin().job())
                        .setParameter(
                                11,
                                CanonicalJson.text(
                                        Judgement.json(version.origin().judgements())))
                        .setParameter(12, version.createTime())
                        .executeUpdate()
                == 1;
    }

    @Override
    @Transactional
    public void save(ModelVersion version) {
        Row row = findById(version.name());
        row.state = version.state().name();
        row.bundleDigest = version.bundle().map(Digest::toString).orElse("");
    }

    @Override
    @Transactional
    public boolean sign(String name, StatementSignature signature) {
        return getEntityManager()
                        .createNativeQuery("""
                        insert into model_signature (name, principal, kid, signature, position)
                        select ?1, ?2, ?3, ?4, count(*) from model_signature where name = ?1
                        on conflict do nothing""")
                        .setParameter(1, name)
                        .setParameter(2, signature.principal())
                        .setParameter(3, signature.kid())
                        .setParameter(4, signature.signature())
                        .executeUpdate()
                == 1;
    }

    @Override
    @Transactional
    public int nextNumber(String model) {
        getEntityManager()
                .createNativeQuery("select 1 from pg_advisory_xact_lock(hashtextextended(?1, 1))")
                .setParameter(1, model)
                .getSingleResult();
        Number highest = (Number) getEntityManager()
                .createNativeQuery("select coalesce(max(version), 0) from model_version where model = ?1")
                .setParameter(1, model)
                .getSingleResult();
        return highest.intValue() + 1;
    }

    @Override
    @Transactional
    public List<ModelVersion> page(Caller caller, String after, int size) {
        boolean all = caller.has(Role.AUDITOR) || caller.has(Role.SERVICE);
        return find(
                        "name > ?1 and (?2 = true or tenant = ?3 or tenant = ?4) order by name",
                        after,
                        all,
                        caller.tenant(),
                        Caller.SYSTEM_TENANT)
                .page(0, size)
                .<Row>list()
                .stream()
                .map(this::version)
                .toList();
    }

    private ModelVersion version(Row row) {
        return new ModelVersion(
                row.name,
                new ModelVersion.Origin(row.tenant, row.job, Judgement.parse(row.evaluations)),
                ModelVersion.State.valueOf(row.state),
                Manifest.parse(row.manifest),
                Statement.parse(row.statement),
                signatures(row.name),
                row.bundleDigest.isEmpty() ? Optional.empty() : Optional.of(Digest.parse(row.bundleDigest)),
                row.createTime);
    }

    private List<StatementSignature> signatures(String name) {
        List<?> rows = getEntityManager()
                .createNativeQuery(
                        "select kid, principal, signature from model_signature where name = ?1 order by position",
                        Object[].class)
                .setParameter(1, name)
                .getResultList();
        return rows.stream()
                .map(Object[].class::cast)
                .map(row -> new StatementSignature((String) row[0], (String) row[1], (String) row[2]))
                .toList();
    }

    @Entity(name = "model_version")
    static class Row {
        @Id
        String name;

        String model;
        int version;
        String tenant;
        String state;
        String digest;
        byte[] manifest;
        byte[] statement;

        @Column(name = "bundle_digest")
        String bundleDigest;

        String job;
        String evaluations;

        @Column(name = "create_time")
        Instant createTime;
    }
}
