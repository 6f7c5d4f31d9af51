package revontuli.tokenizer.describe;

import java.util.List;
import java.util.Optional;
import revontuli.tokenizer.encode.Codec;
import revontuli.tokenizer.encode.Codecs;
import revontuli.tokenizer.encode.Encoder;
import revontuli.tokenizer.encode.ServingPath;
import revontuli.tokenizer.encode.SpecialTokens;
import revontuli.tokenizer.prompt.Template;
import revontuli.tokenizer.prompt.TemplateRegistry;
import revontuli.tokenizer.vocabulary.Description;
import revontuli.tokenizer.vocabulary.Descriptions;
import revontuli.tokenizer.vocabulary.RegisteredTokenizer;
import revontuli.transparency.crypto.Digest;

/// Tells everything that is known of a tokenizer.
public final class TokenizerCatalog {
    private static final int TEMPLATES_SHOWN = 100;

    private final Encoder encoder;
    private final Codecs codecs;
    private final Descriptions descriptions;
    private final TemplateRegistry templates;
    private final long libraryDocumentBytesMax;

    public TokenizerCatalog(
            Encoder encoder,
            Codecs codecs,
            Descriptions descriptions,
            TemplateRegistry templates,
            long libraryDocumentBytesMax) {
        this.encoder = encoder;
        this.codecs = codecs;
        this.descriptions = descriptions;
        this.templates = templates;
        this.libraryDocumentBytesMax = libraryDocumentBytesMax;
    }

    /// A tokenizer with its facts.
    ///
    /// @param documentBytesMax longest document of a stream; 0 = no limit
    public record Described(
            RegisteredTokenizer tokenizer,
            ServingPath path,
            Description description,
            List<Template> templates,
            long documentBytesMax) {}

    public Described describe(String id, Optional<Digest> expected) {
        RegisteredTokenizer tokenizer = encoder.resolve(new Encoder.Request(id, SpecialTokens.AS_TEXT, expected));
        Codec codec = codecs.open(tokenizer);
        return new Described(
                tokenizer,
                codec.path(),
                descriptions.of(tokenizer),
                templates.list(id, "", TEMPLATES_SHOWN),
                codec.pieceEncoder(false).isPresent() ? 0 : libraryDocumentBytesMax);
    }
}
