package revontuli.trainer.dataset;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.transparency.crypto.Digest;

/// Makes token shards. A shard that exists for the same bytes and the same tokenizer is used again.
public final class ShardMaker {
    private static final int BATCH_TEXTS_MAX = 512;
    private static final int BATCH_BYTES_MAX = 1 << 20;

    private final Shards shards;
    private final ArtifactStore artifacts;
    private final Tokenizers tokenizers;
    private final DocumentFile.Limits limits;

    public ShardMaker(Shards shards, ArtifactStore artifacts, Tokenizers tokenizers, DocumentFile.Limits limits) {
        this.shards = shards;
        this.artifacts = artifacts;
        this.tokenizers = tokenizers;
        this.limits = limits;
    }

    /// Digest of the shard's index. `between` is called between batches: it may prolong a claim, or throw to stop.
    public Digest shard(Dataset dataset, Digest tokenizer, Runnable between) {
        Optional<Digest> standing = shards.find(dataset.digest(), tokenizer).filter(this::whole);
        if (standing.isPresent()) {
            return standing.get();
        }
        try {
            Shard made = make(dataset, tokenizer, between);
            Digest index = artifacts.put(new ByteArrayInputStream(made.index()));
            shards.remember(dataset.digest(), tokenizer, index);
            return index;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the token shard of " + dataset.name(), e);
        }
    }

    private boolean whole(Digest index) {
        if (!artifacts.has(index)) {
            return false;
        }
        Shard.Parts parts = Shard.parse(artifacts.read(index, Shard.BYTES_MAX)).parts();
        return artifacts.has(parts.tokens()) && artifacts.has(parts.documents());
    }

    private Shard make(Dataset dataset, Digest tokenizer, Runnable between) throws IOException {
        Path tokens = Files.createTempFile("shard", ".tokens");
        Path documents = Files.createTempFile("shard", ".documents");
        try {
            Shard.Counts counts;
            try (Draft draft = new Draft(tokenizers.withDigest(tokenizer), tokens, documents, between)) {
                new DocumentFile(artifacts.path(dataset.digest()), limits).read(draft::add);
                counts = draft.finish();
            }
            return new Shard(dataset.digest(), tokenizer, new Shard.Parts(put(tokens), put(documents)), counts);
        } finally {
            Files.deleteIfExists(tokens);
            Files.deleteIfExists(documents);
        }
    }

    private Digest put(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return artifacts.put(in);
        }
    }

    /// The two files while they grow.
    private static final class Draft implements AutoCloseable {
        private final Tokenizers.Tokenizer tokenizer;
        private final OutputStream tokens;
        private final OutputStream documents;
        private final Runnable between;
        private final List<DocumentFile.Document> batch = new ArrayList<>();
        private int batchBytes;
        private long tokenCount;
        private long documentCount;
        private long textBytes;

        Draft(Tokenizers.Tokenizer tokenizer, Path tokens, Path documents, Runnable between) throws IOException {
            this.tokenizer = tokenizer;
            this.tokens = new BufferedOutputStream(Files.newOutputStream(tokens));
            this.documents = new BufferedOutputStream(Files.newOutputStream(documents));
            this.between = between;
        }

        void add(DocumentFile.Document document) {
            if (batch.size() == BATCH_TEXTS_MAX || batchBytes + document.textBytes() > BATCH_BYTES_MAX) {
                encode();
            }
            batch.add(document);
            batchBytes += document.textBytes();
        }

        Shard.Counts finish() throws IOException {
            encode();
            tokens.flush();
            documents.flush();
            return new Shard.Counts(tokenCount, documentCount, textBytes);
        }

        private void encode() {
            if (batch.isEmpty()) {
                return;
            }
            between.run();
            List<int[]> encoded = tokenizer.encode(
                    batch.stream().map(DocumentFile.Document::text).toList());
            if (encoded.size() != batch.size()) {
                throw new IllegalStateException("the tokenizer answered another number of texts");
            }
            try {
                for (int i = 0; i < batch.size(); i++) {
                    write(encoded.get(i), batch.get(i).textBytes());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            batch.clear();
            batchBytes = 0;
        }

        private void write(int[] ids, int bytes) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(ids.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            buffer.asIntBuffer().put(ids);
            tokens.write(buffer.array());
            documents.write(ByteBuffer.allocate(2 * Integer.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(ids.length)
                    .putInt(bytes)
                    .array());
            tokenCount += ids.length;
            documentCount++;
            textBytes += bytes;
        }

        @Override
        public void close() throws IOException {
            tokens.close();
            documents.close();
        }
    }
}
