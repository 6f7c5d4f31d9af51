package revontuli.tokenizer.vocabulary;

import java.util.List;
import java.util.Optional;
import revontuli.platform.prompt.FimSpelling;

/// What a `tokenizer.json` says of itself; read, never assumed.
///
/// @param modelKind `BPE`, `WordPiece`, `Unigram`, `WordLevel`
/// @param addedTokens tokens beside the model's own, by id
/// @param steps what is done to a text before and to ids after the model
/// @param fim tokens of fill-in-the-middle, where the file has all three
public record Description(String modelKind, List<AddedToken> addedTokens, Steps steps, Optional<Fim> fim) {
    public Description {
        addedTokens = List.copyOf(addedTokens);
    }

    /// A token that is found in a text before the model sees it.
    public record AddedToken(String text, int id, Flags flags) {}

    /// The five flags of an added token.
    public record Flags(boolean special, boolean singleWord, boolean lstrip, boolean rstrip, boolean normalized) {}

    /// Short forms such as `Sequence(Digits, ByteLevel)`; empty where the file has none.
    public record Steps(String normalizer, String preTokenizer, String decoder) {}

    /// Tokens of fill-in-the-middle.
    public record Fim(AddedToken prefix, AddedToken middle, AddedToken suffix, Optional<AddedToken> pad) {
        /// Finds them among the added tokens.
        public static Optional<Fim> among(List<AddedToken> tokens) {
            for (FimSpelling spelling : FimSpelling.KNOWN) {
                Optional<AddedToken> prefix = find(tokens, spelling.prefix());
                Optional<AddedToken> middle = find(tokens, spelling.middle());
                Optional<AddedToken> suffix = find(tokens, spelling.suffix());
                if (prefix.isPresent() && middle.isPresent() && suffix.isPresent()) {
                    return Optional.of(new Fim(prefix.get(), middle.get(), suffix.get(), find(tokens, spelling.pad())));
                }
            }
            return Optional.empty();
        }

        private static Optional<AddedToken> find(List<AddedToken> tokens, String text) {
            return tokens.stream().filter(token -> token.text().equals(text)).findFirst();
        }
    }
}
