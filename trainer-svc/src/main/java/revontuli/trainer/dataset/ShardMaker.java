package revontuli.trainer.dataset;

import java.util.Map;
import java.util.Optional;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.fault.Fault;
import revontuli.platform.shard.ShardHeader;
import revontuli.platform.shard.TokenShard;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.MalformedException;

/// Has token shards made. A shard that exists for the same bytes and the same tokenizer is used again; one that says
/// of itself that it is of another file or another tokenizer is never used.
public final class ShardMaker {
    private final Shards shards;
    private final ArtifactStore artifacts;
    private final Tokenization tokenization;

    public ShardMaker(Shards shards, ArtifactStore artifacts, Tokenization tokenization) {
        this.shards = shards;
        this.artifacts = artifacts;
        this.tokenization = tokenization;
    }

    /// Digest of the shard. `between` is called while it waits: it may prolong a claim, or throw to stop.
    public Digest shard(Dataset dataset, Digest tokenizer, Runnable between) {
        Optional<Digest> standing = shards.find(dataset.digest(), tokenizer).filter(this::readable);
        if (standing.isPresent()) {
            return standing.get();
        }
        Digest made = tokenization.shard(dataset.digest(), tokenizer, between);
        requireOf(dataset, tokenizer, TokenShard.open(artifacts.path(made)).header());
        shards.remember(dataset.digest(), tokenizer, made);
        return made;
    }

    private boolean readable(Digest shard) {
        if (!artifacts.has(shard)) {
            return false;
        }
        try {
            TokenShard.open(artifacts.path(shard));
            return true;
        } catch (MalformedException _) {
            return false; // of an earlier form
        }
    }

    private static void requireOf(Dataset dataset, Digest tokenizer, ShardHeader header) {
        if (!header.tokenizer().equals(tokenizer)) {
            throw mismatch("TOKENIZER_DIGEST_MISMATCH", tokenizer, header.tokenizer());
        }
        if (!header.dataset().equals(dataset.digest())) {
            throw mismatch("DATASET_DIGEST_MISMATCH", dataset.digest(), header.dataset());
        }
        if (header.counts().documents() != dataset.documents()) {
            throw new Fault.Conflict(
                            "SHARD_INCOMPLETE",
                            "the token shard of " + dataset.name() + " holds "
                                    + header.counts().documents() + " of " + dataset.documents() + " documents",
                            Map.of("dataset", dataset.name()))
                    .toException();
        }
    }

    private static RuntimeException mismatch(String reason, Digest expected, Digest found) {
        return new Fault.Conflict(
                        reason,
                        "the token shard is of " + found + ", not " + expected,
                        Map.of("expected", expected.toString(), "found", found.toString()))
                .toException();
    }
}
