package revontuli.trainer.store;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.transaction.Transactional;
import java.io.Serializable;
import java.util.Optional;
import revontuli.trainer.dataset.Shards;
import revontuli.transparency.crypto.Digest;

@ApplicationScoped
class PanacheShards implements Shards, PanacheRepositoryBase<PanacheShards.Row, PanacheShards.Key> {

    @Override
    @Transactional
    public Optional<Digest> find(Digest dataset, Digest tokenizer) {
        return findByIdOptional(new Key(dataset.toString(), tokenizer.toString()))
                .map(row -> Digest.parse(row.indexDigest));
    }

    @Override
    @Transactional
    public void remember(Digest dataset, Digest tokenizer, Digest index) {
        getEntityManager()
                .createNativeQuery("""
                        insert into token_shard (dataset_digest, tokenizer_digest, index_digest) values (?1, ?2, ?3)
                        on conflict (dataset_digest, tokenizer_digest) do update set index_digest = excluded.index_digest""")
                .setParameter(1, dataset.toString())
                .setParameter(2, tokenizer.toString())
                .setParameter(3, index.toString())
                .executeUpdate();
    }

    record Key(String datasetDigest, String tokenizerDigest) implements Serializable {}

    @Entity(name = "token_shard")
    @IdClass(Key.class)
    static class Row {
        @Id
        @Column(name = "dataset_digest")
        String datasetDigest;

        @Id
        @Column(name = "tokenizer_digest")
        String tokenizerDigest;

        @Column(name = "index_digest")
        String indexDigest;
    }
}
