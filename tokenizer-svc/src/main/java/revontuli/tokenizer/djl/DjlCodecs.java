package revontuli.tokenizer.djl;

import io.quarkus.runtime.configuration.MemorySize;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.tokenizer.TokenizerConfig;
import revontuli.tokenizer.bpe.BpeCodec;
import revontuli.tokenizer.encode.Codec;
import revontuli.tokenizer.encode.Codecs;
import revontuli.tokenizer.vocabulary.RegisteredTokenizer;
import revontuli.transparency.crypto.Digest;

/// Opens tokenizers from the artifact store, by digest, and keeps those last used: byte-level BPE by our own code, all
/// else by the library. Over the limits those that rested longest are dropped; what the library holds goes with its own
/// reference count when the last encoding has ended. One is opened at a time: reading a giant takes much memory.
@ApplicationScoped
class DjlCodecs implements Codecs {
    /// Memory of an open tokenizer over the size of its file, at most: 2.2 for one of 256,000 tokens as they are, 4 for
    /// 850,000 short ones.
    private static final int HEAP_PER_FILE_BYTE = 4;

    private final ArtifactStore artifacts;
    private final TokenizerConfig config;
    private final long bytesMax;
    private final Map<Digest, Open> open = new LinkedHashMap<>(16, 0.75f, true);

    private record Open(Codec codec, long bytes) {}

    DjlCodecs(ArtifactStore artifacts, TokenizerConfig config) {
        this.artifacts = artifacts;
        this.config = config;
        bytesMax = config.openTokenizersBytesMax()
                .map(MemorySize::asLongValue)
                .orElseGet(() -> Runtime.getRuntime().maxMemory() / 3);
    }

    @Override
    public Codec open(RegisteredTokenizer tokenizer) {
        synchronized (open) {
            Open known = open.get(tokenizer.digest());
            if (known != null) {
                return known.codec();
            }
            byte[] file = artifacts.read(
                    tokenizer.digest(), Math.toIntExact(config.fileBytesMax().asLongValue()));
            long bytes = (long) HEAP_PER_FILE_BYTE * file.length;
            makeRoom(bytes);
            Codec codec = BpeCodec.open(
                            file, Math.toIntExact(config.uncutBytesMax().asLongValue()))
                    .orElseGet(() -> DjlCodec.open(file));
            open.put(tokenizer.digest(), new Open(codec, bytes));
            return codec;
        }
    }

    /// The one to be opened may have all the room, never more of others beside it.
    private void makeRoom(long bytes) {
        long held = open.values().stream().mapToLong(Open::bytes).sum();
        Iterator<Open> eldest = open.values().iterator();
        while (eldest.hasNext() && (open.size() >= config.openTokenizersMax() || held + bytes > bytesMax)) {
            held -= eldest.next().bytes();
            eldest.remove();
        }
    }

    @PreDestroy
    void close() {
        synchronized (open) {
            open.clear();
        }
    }
}
