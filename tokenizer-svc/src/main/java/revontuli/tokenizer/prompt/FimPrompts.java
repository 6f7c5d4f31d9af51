package revontuli.tokenizer.prompt;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import revontuli.platform.fault.Fault;
import revontuli.platform.prompt.PromptBuilder;
import revontuli.tokenizer.encode.Codec;
import revontuli.tokenizer.encode.Codecs;
import revontuli.tokenizer.encode.Encoder;
import revontuli.tokenizer.encode.Utf8;
import revontuli.tokenizer.vocabulary.Description;
import revontuli.tokenizer.vocabulary.Descriptions;
import revontuli.tokenizer.vocabulary.RegisteredTokenizer;

/// Builds fill-in-the-middle prompts with the tokens that the tokenizer's file names.
public final class FimPrompts {
    private final Encoder encoder;
    private final Codecs codecs;
    private final Descriptions descriptions;
    private final PromptLimits limits;

    public FimPrompts(Encoder encoder, Codecs codecs, Descriptions descriptions, PromptLimits limits) {
        this.encoder = encoder;
        this.codecs = codecs;
        this.descriptions = descriptions;
        this.limits = limits;
    }

    /// What stands around the gap.
    public record Gap(String prefix, String suffix) {}

    /// Order of the parts.
    public enum Order {
        /// Prefix, suffix, middle.
        PSM,
        /// Suffix, prefix, middle.
        SPM
    }

    public Prompt render(Encoder.Request request, Gap gap, Order order) {
        RegisteredTokenizer tokenizer = encoder.resolve(request);
        long bytes = Utf8.length(gap.prefix()) + Utf8.length(gap.suffix());
        if (bytes > limits.contentBytesMax()) {
            throw ChatPrompts.tooLarge("prefix", bytes, limits.contentBytesMax(), "bytes of UTF-8 with the suffix");
        }
        Description.Fim fim = descriptions.of(tokenizer).fim().orElseThrow(() -> new Fault.Conflict(
                        "NO_FIM_TOKENS",
                        tokenizer.name()
                                + " has no tokens for fill-in-the-middle; a model on it was not trained for it",
                        Map.of("tokenizer", tokenizer.name()))
                .toException());
        refuseForged(fim, "prefix", gap.prefix());
        refuseForged(fim, "suffix", gap.suffix());
        Codec codec = codecs.open(tokenizer);
        PromptBuilder prompt =
                new PromptBuilder(text -> codec.encode(text, false, false).ids());
        control(prompt, fim.prefix());
        switch (order) {
            case PSM -> {
                prompt.text(gap.prefix());
                control(prompt, fim.suffix());
                prompt.text(gap.suffix());
                control(prompt, fim.middle());
            }
            case SPM -> {
                control(prompt, fim.suffix());
                prompt.text(gap.suffix());
                control(prompt, fim.middle());
                prompt.text(gap.prefix());
            }
        }
        return new Prompt(
                prompt.ids(),
                prompt.shown(),
                List.of(),
                new Encoder.Served(tokenizer.digest(), codec.path()),
                Optional.empty());
    }

    /// A token that the file does not mark as special is found in texts too, so a text with it could move the gap.
    private static void refuseForged(Description.Fim fim, String field, String text) {
        for (Description.AddedToken token : List.of(fim.prefix(), fim.middle(), fim.suffix())) {
            if (!token.flags().special() && text.contains(token.text())) {
                throw new Fault.Invalid(
                                "SPECIAL_TOKEN_IN_TEXT",
                                field + ": " + token.text() + " stands at UTF-16 unit " + text.indexOf(token.text())
                                        + ", and this tokenizer cannot read it as text",
                                Map.of("field", field, "token", token.text()))
                        .toException();
            }
        }
    }

    private static void control(PromptBuilder prompt, Description.AddedToken token) {
        prompt.control(token.text(), token.id());
    }
}
