package revontuli.tokenizer.store;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.panache.common.Page;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.transaction.Status;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import revontuli.tokenizer.vocabulary.RegisteredTokenizer;
import revontuli.tokenizer.vocabulary.RegisteredTokenizer.SpecialToken;
import revontuli.tokenizer.vocabulary.RegisteredTokenizer.Vocabulary;
import revontuli.tokenizer.vocabulary.Tokenizers;
import revontuli.transparency.crypto.Digest;

/// Tokenizers in the table `tokenizer`; rows are added and never changed, so what was read once is kept.
@ApplicationScoped
class PanacheTokenizers implements Tokenizers, PanacheRepositoryBase<PanacheTokenizers.Row, String> {

    private static final int KNOWN_MAX = 1_000;

    private final Map<String, RegisteredTokenizer> known = new ConcurrentHashMap<>();

    @Override
    public Optional<RegisteredTokenizer> find(String id) {
        RegisteredTokenizer standing = known.get(id);
        if (standing != null) {
            return Optional.of(standing);
        }
        Optional<RegisteredTokenizer> found = QuarkusTransaction.joiningExisting()
                .call(() -> findByIdOptional(id).map(Row::toTokenizer));
        // a row added by a transaction that is still open may yet be rolled back
        if (found.isPresent()
                && QuarkusTransaction.getStatus() == Status.STATUS_NO_TRANSACTION
                && known.size() < KNOWN_MAX) {
            known.put(id, found.get());
        }
        return found;
    }

    @Override
    @Transactional
    public Optional<RegisteredTokenizer> withDigest(Digest digest) {
        return find("digest", Sort.by("id"), digest.toString())
                .firstResultOptional()
                .map(Row::toTokenizer);
    }

    @Override
    @Transactional
    public List<RegisteredTokenizer> list(String after, int limit) {
        return find("id > ?1", Sort.by("id"), after).page(Page.ofSize(limit)).list().stream()
                .map(Row::toTokenizer)
                .toList();
    }

    @Override
    @Transactional
    public boolean add(RegisteredTokenizer tokenizer) {
        int added = getEntityManager()
                .createNativeQuery("""
                        insert into tokenizer (id, digest, vocabulary_size, special_tokens, create_time)
                        values (:id, :digest, :size, :specials, :time) on conflict do nothing""")
                .setParameter("id", tokenizer.id())
                .setParameter("digest", tokenizer.digest().toString())
                .setParameter("size", tokenizer.vocabulary().size())
                .setParameter("specials", specialsAsText(tokenizer.vocabulary().specialTokens()))
                .setParameter("time", tokenizer.createTime())
                .executeUpdate();
        return added == 1;
    }

    private static String specialsAsText(List<SpecialToken> specials) {
        return specials.stream()
                .map(special -> special.id() + " " + special.text().replace("\n", "\\n"))
                .collect(Collectors.joining("\n"));
    }

    @Entity(name = "tokenizer")
    @Table(name = "tokenizer")
    static class Row {
        @Id
        String id;

        String digest;

        @Column(name = "vocabulary_size")
        int vocabularySize;

        @Column(name = "special_tokens")
        String specialTokens;

        @Column(name = "create_time")
        Instant createTime;

        RegisteredTokenizer toTokenizer() {
            List<SpecialToken> specials = specialTokens.isEmpty()
                    ? List.of()
                    : Arrays.stream(specialTokens.split("\n", -1))
                            .map(Row::special)
                            .toList();
            return new RegisteredTokenizer(
                    id, Digest.parse(digest), new Vocabulary(vocabularySize, specials), createTime);
        }

        private static SpecialToken special(String line) {
            int space = line.indexOf(' ');
            return new SpecialToken(
                    line.substring(space + 1).replace("\\n", "\n"), Integer.parseInt(line.substring(0, space)));
        }
    }
}
