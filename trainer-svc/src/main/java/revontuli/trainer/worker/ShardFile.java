package revontuli.trainer.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.fault.Fault;
import revontuli.trainer.dataset.Shard;
import revontuli.transparency.crypto.Digest;

/// A token shard, mapped. Documents by number; ids and sizes as they were written.
public final class ShardFile {
    private final IntBuffer tokens;
    private final int[] ends;
    private final int[] bytes;

    private ShardFile(IntBuffer tokens, int[] ends, int[] bytes) {
        this.tokens = tokens;
        this.ends = ends;
        this.bytes = bytes;
    }

    /// Opens it. Every id must lie in the model's vocabulary, because one outside would read foreign memory or stop
    /// the run in the middle.
    public static ShardFile open(ArtifactStore artifacts, Digest index, int vocabulary) {
        Shard shard = Shard.parse(artifacts.read(index, Shard.BYTES_MAX));
        IntBuffer tokens = map(artifacts.path(shard.parts().tokens()));
        IntBuffer documents = map(artifacts.path(shard.parts().documents()));
        int count = Math.toIntExact(shard.counts().documents());
        int[] ends = new int[count];
        int[] bytes = new int[count];
        int end = 0;
        for (int i = 0; i < count; i++) {
            end = Math.addExact(end, documents.get(2 * i));
            ends[i] = end;
            bytes[i] = documents.get(2 * i + 1);
        }
        if (end != tokens.limit() || end != shard.counts().tokens()) {
            throw new IllegalStateException("the token shard " + index + " does not fit its index");
        }
        requireKnown(tokens, vocabulary, index);
        return new ShardFile(tokens, ends, bytes);
    }

    /// A shard in memory.
    static ShardFile of(int[][] documents, int[] textBytes) {
        int[] ends = new int[documents.length];
        int size = 0;
        for (int i = 0; i < documents.length; i++) {
            size += documents[i].length;
            ends[i] = size;
        }
        IntBuffer tokens = IntBuffer.allocate(size);
        for (int[] document : documents) {
            tokens.put(document);
        }
        tokens.flip();
        return new ShardFile(tokens, ends, textBytes);
    }

    int documents() {
        return ends.length;
    }

    /// Number of ids in a document.
    int length(int document) {
        return ends[document] - start(document);
    }

    /// UTF-8 bytes of a document's text.
    int textBytes(int document) {
        return bytes[document];
    }

    int id(int document, int position) {
        return tokens.get(start(document) + position);
    }

    int[] ids(int document) {
        int[] ids = new int[length(document)];
        tokens.get(start(document), ids);
        return ids;
    }

    /// All ids of all documents.
    long size() {
        return tokens.limit();
    }

    private int start(int document) {
        return document == 0 ? 0 : ends[document - 1];
    }

    private static void requireKnown(IntBuffer tokens, int vocabulary, Digest index) {
        for (int i = 0; i < tokens.limit(); i++) {
            int id = tokens.get(i);
            if (id < 0 || id >= vocabulary) {
                throw new Fault.Conflict(
                                "TOKEN_OUTSIDE_VOCABULARY",
                                "the token shard " + index + " holds id " + id + "; the model knows " + vocabulary,
                                Map.of("id", Integer.toString(id), "vocabulary", Integer.toString(vocabulary)))
                        .toException();
            }
        }
    }

    private static IntBuffer map(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asIntBuffer();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot map " + file, e);
        }
    }
}
