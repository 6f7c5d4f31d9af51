package revontuli.tokenizer.vocabulary;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.audit.Audit;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.tx.UnitOfWork;
import revontuli.transparency.crypto.Digest;

/// Brings a tokenizer into the suite: its bytes into the artifact store, its name and digest into the database, the
/// act into the audit log. The same bytes under the same name again change nothing.
public final class Registration {
    private final Tokenizers tokenizers;
    private final ArtifactStore artifacts;
    private final Audit audit;
    private final UnitOfWork unit;
    private final InstantSource clock;
    private final Function<byte[], RegisteredTokenizer.Vocabulary> reader;
    private final Lock oneAtATime = new ReentrantLock();

    /// @param reader reads and checks the file; throws a fault when it is no tokenizer
    public Registration(
            Tokenizers tokenizers,
            ArtifactStore artifacts,
            Audit audit,
            UnitOfWork unit,
            InstantSource clock,
            Function<byte[], RegisteredTokenizer.Vocabulary> reader) {
        this.tokenizers = tokenizers;
        this.artifacts = artifacts;
        this.audit = audit;
        this.unit = unit;
        this.clock = clock;
        this.reader = reader;
    }

    public RegisteredTokenizer register(Caller caller, String id, byte[] file, String requestId) {
        Digest digest = Digest.of(file);
        return tokenizers.find(id).map(standing -> same(standing, digest)).orElseGet(() -> {
            RegisteredTokenizer.Vocabulary vocabulary = read(file);
            store(file);
            Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS); // as the database keeps it
            RegisteredTokenizer tokenizer = new RegisteredTokenizer(id, digest, vocabulary, now);
            return unit.run(() -> add(caller, tokenizer, requestId));
        });
    }

    private RegisteredTokenizer add(Caller caller, RegisteredTokenizer tokenizer, String requestId) {
        if (!tokenizers.add(tokenizer)) {
            return same(tokenizers.find(tokenizer.id()).orElseThrow(), tokenizer.digest());
        }
        audit.append(AuditEntry.of(caller, "tokenizer.registered", tokenizer.name(), tokenizer.createTime())
                .digest("tokenizer", tokenizer.digest())
                .fact("vocabulary_size", Integer.toString(tokenizer.vocabulary().size()))
                .request(requestId));
        return tokenizer;
    }

    private RegisteredTokenizer.Vocabulary read(byte[] file) {
        oneAtATime.lock(); // a giant takes several times its size while it is read
        try {
            return reader.apply(file);
        } finally {
            oneAtATime.unlock();
        }
    }

    private void store(byte[] file) {
        try {
            artifacts.put(new ByteArrayInputStream(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot store the tokenizer", e);
        }
    }

    private static RegisteredTokenizer same(RegisteredTokenizer standing, Digest digest) {
        if (!standing.digest().equals(digest)) {
            throw new Fault.AlreadyExists(
                            "TOKENIZER_EXISTS",
                            standing.name() + " stands with other bytes, " + standing.digest()
                                    + ": choose another name",
                            Map.of(
                                    "name",
                                    standing.name(),
                                    "digest",
                                    standing.digest().toString()))
                    .toException();
        }
        return standing;
    }
}
