package revontuli.tokenizer.store;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Page;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.transaction.Transactional;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import revontuli.tokenizer.prompt.TemplateName;
import revontuli.tokenizer.prompt.Templates;
import revontuli.transparency.crypto.Digest;

/// Templates in the table `chat_template`; rows are added and never changed.
@ApplicationScoped
class PanacheTemplates implements Templates, PanacheRepositoryBase<PanacheTemplates.Row, PanacheTemplates.Key> {

    @Override
    @Transactional
    public Optional<Entry> newest(TemplateName name) {
        return find("tokenizer = ?1 and template = ?2", Sort.descending("version"), name.tokenizer(), name.template())
                .firstResultOptional()
                .map(Row::toEntry);
    }

    @Override
    @Transactional
    public Optional<Entry> find(TemplateName name, int version) {
        return findByIdOptional(new Key(name.tokenizer(), name.template(), version))
                .map(Row::toEntry);
    }

    @Override
    @Transactional
    public List<Entry> list(String tokenizer, String after, int limit) {
        return find(
                        "from chat_template c where c.tokenizer = ?1 and c.template > ?2 and c.version ="
                                + " (select max(t.version) from chat_template t where t.tokenizer = ?1"
                                + " and t.template = c.template) order by c.template",
                        tokenizer,
                        after)
                .page(Page.ofSize(limit))
                .list()
                .stream()
                .map(Row::toEntry)
                .toList();
    }

    @Override
    @Transactional
    public boolean add(Entry entry) {
        int added = getEntityManager()
                .createNativeQuery("""
                        insert into chat_template (tokenizer, template, version, digest, tokenizer_digest, create_time)
                        values (:tokenizer, :template, :version, :digest, :tokenizerDigest, :time)
                        on conflict do nothing""")
                .setParameter("tokenizer", entry.name().tokenizer())
                .setParameter("template", entry.name().template())
                .setParameter("version", entry.version())
                .setParameter("digest", entry.digest().toString())
                .setParameter("tokenizerDigest", entry.tokenizer().toString())
                .setParameter("time", entry.createTime())
                .executeUpdate();
        return added == 1;
    }

    record Key(String tokenizer, String template, int version) implements Serializable {}

    @Entity(name = "chat_template")
    @IdClass(Key.class)
    static class Row {
        @Id
        String tokenizer;

        @Id
        String template;

        @Id
        int version;

        String digest;

        @Column(name = "tokenizer_digest")
        String tokenizerDigest;

        @Column(name = "create_time")
        Instant createTime;

        Entry toEntry() {
            return new Entry(
                    new TemplateName(tokenizer, template),
                    version,
                    Digest.parse(digest),
                    Digest.parse(tokenizerDigest),
                    createTime);
        }
    }
}
