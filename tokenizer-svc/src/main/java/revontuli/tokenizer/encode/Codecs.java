package revontuli.tokenizer.encode;

import revontuli.tokenizer.vocabulary.RegisteredTokenizer;

/// Opens tokenizers. The same tokenizer is opened once and kept while it is used.
@FunctionalInterface
public interface Codecs {
    Codec open(RegisteredTokenizer tokenizer);
}
