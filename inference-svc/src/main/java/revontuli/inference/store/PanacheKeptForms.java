package revontuli.inference.store;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Page;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import jakarta.transaction.Transactional;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import revontuli.inference.model.KeptForm;
import revontuli.inference.model.KeptForms;
import revontuli.platform.PlatformConfig;
import revontuli.transparency.crypto.Digest;

/// Kept forms in table `packed_form`; rows of other instances are never touched.
@ApplicationScoped
class PanacheKeptForms implements KeptForms, PanacheRepositoryBase<PanacheKeptForms.Row, PanacheKeptForms.Key> {
    private final String instance;

    PanacheKeptForms(PlatformConfig config) {
        this.instance = config.instance();
    }

    @Override
    @Transactional
    public Optional<KeptForm> find(Digest model, String form) {
        return findByIdOptional(key(model, form)).map(Row::kept);
    }

    @Override
    @Transactional
    public void put(KeptForm kept) {
        Optional<Row> known = findByIdOptional(key(kept.model(), kept.form()));
        Row row = known.orElseGet(Row::new);
        row.instance = instance;
        row.modelDigest = kept.model().toString();
        row.form = kept.form();
        row.digest = kept.digest().toString();
        row.bytes = kept.bytes();
        row.useTime = kept.used();
        if (known.isEmpty()) {
            persist(row);
        }
    }

    @Override
    @Transactional
    public void remove(Digest model, String form) {
        deleteById(key(model, form));
    }

    @Override
    @Transactional
    public List<KeptForm> oldest(int max) {
        return find("instance = ?1 order by useTime", instance).page(Page.ofSize(max)).list().stream()
                .map(Row::kept)
                .toList();
    }

    private Key key(Digest model, String form) {
        return new Key(instance, model.toString(), form);
    }

    /// Primary key of a row.
    record Key(String instance, String modelDigest, String form) implements Serializable {}

    @Entity(name = "packed_form")
    @Table(name = "packed_form")
    @IdClass(Key.class)
    static class Row {
        @Id
        String instance;

        @Id
        @Column(name = "model_digest")
        String modelDigest;

        @Id
        String form;

        String digest;
        long bytes;

        @Column(name = "use_time")
        Instant useTime;

        private KeptForm kept() {
            return new KeptForm(Digest.parse(modelDigest), form, Digest.parse(digest), bytes, useTime);
        }
    }
}
