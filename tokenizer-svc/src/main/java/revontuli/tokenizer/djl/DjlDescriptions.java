package revontuli.tokenizer.djl;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.Map;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.tokenizer.TokenizerConfig;
import revontuli.tokenizer.vocabulary.Description;
import revontuli.tokenizer.vocabulary.Descriptions;
import revontuli.tokenizer.vocabulary.RegisteredTokenizer;
import revontuli.transparency.crypto.Digest;

/// Reads descriptions from the artifact store, by digest, and keeps those last used.
@ApplicationScoped
class DjlDescriptions implements Descriptions {
    private final ArtifactStore artifacts;
    private final TokenizerConfig config;
    private final Map<Digest, Description> known = new LinkedHashMap<>(16, 0.75f, true);

    DjlDescriptions(ArtifactStore artifacts, TokenizerConfig config) {
        this.artifacts = artifacts;
        this.config = config;
    }

    @Override
    public Description of(RegisteredTokenizer tokenizer) {
        synchronized (known) {
            Description standing = known.get(tokenizer.digest());
            if (standing != null) {
                return standing;
            }
            if (known.size() >= config.openTokenizersMax()) {
                known.remove(known.keySet().iterator().next());
            }
            Description read = DjlCodec.describe(artifacts.read(
                    tokenizer.digest(), Math.toIntExact(config.fileBytesMax().asLongValue())));
            known.put(tokenizer.digest(), read);
            return read;
        }
    }
}
