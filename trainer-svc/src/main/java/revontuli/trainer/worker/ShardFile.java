package revontuli.trainer.worker;

import java.util.Map;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.fault.Fault;
import revontuli.platform.shard.TokenShard;
import revontuli.transparency.crypto.Digest;

/// A token shard, mapped. Documents by number; ids and sizes as they were written.
public final class ShardFile {
    private final Ids ids;
    private final long[] ends;
    private final int[] bytes;

    private ShardFile(Ids ids, long[] ends, int[] bytes) {
        this.ids = ids;
        this.ends = ends;
        this.bytes = bytes;
    }

    @FunctionalInterface
    private interface Ids {
        int at(long place);
    }

    /// What a shard must be of.
    public record Of(Digest dataset, Digest tokenizer) {}

    /// Opens it. It must be of the data set and the tokenizer that the job names. Every id must lie in the model's
    /// vocabulary, because one outside would read foreign memory or stop the run in the middle.
    public static ShardFile open(ArtifactStore artifacts, Digest digest, Of of, int vocabulary) {
        TokenShard shard = TokenShard.open(artifacts.path(digest));
        Of found = new Of(shard.header().dataset(), shard.header().tokenizer());
        if (!found.equals(of)) {
            throw new Fault.Conflict(
                            "TOKENIZER_DIGEST_MISMATCH",
                            "the token shard " + digest + " is of " + found + ", not of " + of,
                            Map.of("expected", of.toString(), "found", found.toString()))
                    .toException();
        }
        int count = Math.toIntExact(shard.documents());
        long[] ends = new long[count];
        int[] bytes = new int[count];
        for (int i = 0; i < count; i++) {
            ends[i] = shard.end(i);
            bytes[i] = shard.textBytes(i);
        }
        requireKnown(shard, vocabulary, digest);
        return new ShardFile(shard::id, ends, bytes);
    }

    /// A shard in memory.
    static ShardFile of(int[][] documents, int[] textBytes) {
        long[] ends = new long[documents.length];
        int size = 0;
        for (int i = 0; i < documents.length; i++) {
            size += documents[i].length;
            ends[i] = size;
        }
        int[] tokens = new int[size];
        for (int i = 0; i < documents.length; i++) {
            System.arraycopy(documents[i], 0, tokens, (int) ends[i] - documents[i].length, documents[i].length);
        }
        return new ShardFile(place -> tokens[(int) place], ends, textBytes);
    }

    int documents() {
        return ends.length;
    }

    /// Number of ids in a document.
    int length(int document) {
        return Math.toIntExact(ends[document] - start(document));
    }

    /// UTF-8 bytes of a document's text.
    int textBytes(int document) {
        return bytes[document];
    }

    int id(int document, int position) {
        return ids.at(start(document) + position);
    }

    int[] ids(int document) {
        int[] all = new int[length(document)];
        long start = start(document);
        for (int i = 0; i < all.length; i++) {
            all[i] = ids.at(start + i);
        }
        return all;
    }

    /// All ids of all documents.
    long size() {
        return ends.length == 0 ? 0 : ends[ends.length - 1];
    }

    private long start(int document) {
        return document == 0 ? 0 : ends[document - 1];
    }

    private static void requireKnown(TokenShard shard, int vocabulary, Digest digest) {
        long size = shard.header().counts().tokens();
        for (long place = 0; place < size; place++) {
            int id = shard.id(place);
            if (id < 0 || id >= vocabulary) {
                throw new Fault.Conflict(
                                "TOKEN_OUTSIDE_VOCABULARY",
                                "the token shard " + digest + " holds id " + id + "; the model knows " + vocabulary,
                                Map.of("id", Integer.toString(id), "vocabulary", Integer.toString(vocabulary)))
                        .toException();
            }
        }
    }
}
