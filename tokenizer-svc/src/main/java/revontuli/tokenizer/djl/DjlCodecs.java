package revontuli.tokenizer.djl;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
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
/// else by the library. Over the limit the one that rested
/// longest is dropped; its native memory goes with the library's own reference count when the last encoding has
/// ended.
@ApplicationScoped
class DjlCodecs implements Codecs {
    private final ArtifactStore artifacts;
    private final TokenizerConfig config;
    private final Map<Digest, Codec> open = new LinkedHashMap<>(16, 0.75f, true);

    DjlCodecs(ArtifactStore artifacts, TokenizerConfig config) {
        this.artifacts = artifacts;
        this.config = config;
    }

    @Override
    public Codec open(RegisteredTokenizer tokenizer) {
        synchronized (open) {
            Codec known = open.get(tokenizer.digest());
            if (known != null) {
                return known;
            }
            if (open.size() >= config.openTokenizersMax()) {
                open.remove(open.keySet().iterator().next());
            }
            byte[] file = artifacts.read(
                    tokenizer.digest(), Math.toIntExact(config.fileBytesMax().asLongValue()));
            Codec codec = BpeCodec.open(
                            file, Math.toIntExact(config.uncutBytesMax().asLongValue()))
                    .orElseGet(() -> DjlCodec.open(file));
            open.put(tokenizer.digest(), codec);
            return codec;
        }
    }

    @PreDestroy
    void close() {
        synchronized (open) {
            open.clear();
        }
    }
}
