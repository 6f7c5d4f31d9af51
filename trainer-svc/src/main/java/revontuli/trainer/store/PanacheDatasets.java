package revontuli.trainer.store;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import revontuli.platform.caller.Caller;
import revontuli.platform.caller.Role;
import revontuli.trainer.dataset.Dataset;
import revontuli.trainer.dataset.Datasets;
import revontuli.transparency.crypto.Digest;

@ApplicationScoped
class PanacheDatasets implements Datasets, PanacheRepositoryBase<PanacheDatasets.Row, String> {

    @Override
    @Transactional
    public Optional<Dataset> find(String name) {
        return findByIdOptional(name).map(Row::toDataset);
    }

    @Override
    @Transactional
    public boolean insert(Dataset dataset) {
        return getEntityManager()
                        .createNativeQuery("""
                        insert into dataset (name, tenant, digest, language, license, origin, document_count,
                            text_byte_count, create_time)
                        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) on conflict do nothing""")
                        .setParameter(1, dataset.name())
                        .setParameter(2, dataset.tenant())
                        .setParameter(3, dataset.digest().toString())
                        .setParameter(4, dataset.about().language())
                        .setParameter(5, dataset.about().license())
                        .setParameter(6, dataset.about().origin())
                        .setParameter(7, dataset.documents())
                        .setParameter(8, dataset.textBytes())
                        .setParameter(9, dataset.createTime())
                        .executeUpdate()
                == 1;
    }

    @Override
    @Transactional
    public List<Dataset> page(Caller caller, String after, int size) {
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
                .map(Row::toDataset)
                .toList();
    }

    @Entity(name = "dataset")
    static class Row {
        @Id
        String name;

        String tenant;
        String digest;
        String language;
        String license;
        String origin;

        @Column(name = "document_count")
        long documentCount;

        @Column(name = "text_byte_count")
        long textByteCount;

        @Column(name = "create_time")
        Instant createTime;

        Dataset toDataset() {
            return new Dataset(
                    name,
                    tenant,
                    Digest.parse(digest),
                    new Dataset.Description(language, license, origin),
                    documentCount,
                    textByteCount,
                    createTime);
        }
    }
}
