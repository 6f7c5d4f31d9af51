package revontuli.tokenizer.prompt;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import revontuli.platform.fault.Fault;
import revontuli.platform.prompt.Message;
import revontuli.platform.prompt.PromptBuilder;
import revontuli.platform.prompt.Role;
import revontuli.tokenizer.encode.Codec;
import revontuli.tokenizer.encode.Codecs;
import revontuli.tokenizer.encode.Encoder;
import revontuli.tokenizer.encode.SpecialTokens;
import revontuli.tokenizer.encode.Utf8;
import revontuli.tokenizer.vocabulary.RegisteredTokenizer;
import revontuli.transparency.crypto.Digest;

/// Builds prompts from dialogues. Whatever stands in a message is text.
public final class ChatPrompts {
    private final Encoder encoder;
    private final Codecs codecs;
    private final TemplateRegistry templates;
    private final PromptLimits limits;

    public ChatPrompts(Encoder encoder, Codecs codecs, TemplateRegistry templates, PromptLimits limits) {
        this.encoder = encoder;
        this.codecs = codecs;
        this.templates = templates;
        this.limits = limits;
    }

    /// Digests that the caller relies on.
    public record Expected(Optional<Digest> template, Optional<Digest> tokenizer) {}

    /// A dialogue and how to render it.
    ///
    /// @param version 0 = the newest
    /// @param answer true: what the template puts before an answer stands at the end
    public record Chat(TemplateName template, int version, List<Message> messages, boolean answer, Expected expected) {
        public Chat {
            messages = List.copyOf(messages);
        }
    }

    public Prompt render(Chat chat) {
        check(chat.messages());
        Template template = templates.get(chat.template(), chat.version());
        chat.expected()
                .template()
                .filter(digest -> !digest.equals(template.digest()))
                .ifPresent(digest -> {
                    throw new Fault.Conflict(
                                    "TEMPLATE_DIGEST_MISMATCH",
                                    template.name() + " version " + template.version() + " is " + template.digest()
                                            + ", not " + digest,
                                    Map.of(
                                            "expected",
                                            digest.toString(),
                                            "digest",
                                            template.digest().toString()))
                            .toException();
                });
        RegisteredTokenizer tokenizer = encoder.resolve(new Encoder.Request(
                chat.template().tokenizer(),
                SpecialTokens.AS_TEXT,
                chat.expected().tokenizer()));
        return build(template, tokenizer, chat);
    }

    private Prompt build(Template template, RegisteredTokenizer tokenizer, Chat chat) {
        Codec codec = codecs.open(tokenizer);
        PromptBuilder prompt =
                new PromptBuilder(text -> codec.encode(text, false, false).ids());
        List<Integer> ends = prompt.dialogue(
                template.frame(), chat.messages(), token -> TemplateRegistry.idOf(tokenizer, token), chat.answer());
        return new Prompt(
                prompt.ids(),
                prompt.shown(),
                ends,
                new Encoder.Served(tokenizer.digest(), codec.path()),
                Optional.of(template));
    }

    private void check(List<Message> messages) {
        if (messages.isEmpty() || messages.size() > limits.messagesMax()) {
            throw tooLarge("messages", messages.size(), limits.messagesMax(), "messages, at least 1");
        }
        long bytes = 0;
        for (int i = 0; i < messages.size(); i++) {
            bytes += Utf8.length(messages.get(i).content());
            if (i > 0 && messages.get(i).role() == Role.SYSTEM) {
                String field = "messages[" + i + "].role";
                throw Fault.invalid("SYSTEM_NOT_FIRST", field, "a system message may only be the first");
            }
        }
        if (bytes > limits.contentBytesMax()) {
            throw tooLarge("messages", bytes, limits.contentBytesMax(), "bytes of UTF-8 in all");
        }
    }

    static RuntimeException tooLarge(String field, long found, long limit, String unit) {
        return new Fault.Invalid(
                        "TEXT_TOO_LARGE",
                        field + ": has " + found + ", allowed are " + limit + " " + unit,
                        Map.of("field", field, "found", Long.toString(found), "limit", Long.toString(limit)))
                .toException();
    }
}
