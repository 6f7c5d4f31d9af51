package revontuli.inference.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import revontuli.inference.model.ChatTemplate;
import revontuli.inference.model.ServedModel;
import revontuli.inference.model.TextCodec;
import revontuli.platform.fault.Fault;
import revontuli.platform.prompt.FimSpelling;
import revontuli.platform.prompt.Message;
import revontuli.platform.prompt.PromptBuilder;
import revontuli.platform.prompt.Role;

/// What a generation follows, as asked for, within the limits of the API. Whatever stands in a text is text: control
/// tokens come from ids and templates alone.
public sealed interface PromptSource {
    /// Form of a plain text.
    String TEXT = "text";

    /// Form of a dialogue.
    String DIALOGUE = "dialogue";

    /// As records name it.
    default String form() {
        return switch (this) {
            case Text _ -> TEXT;
            case Tokens _ -> "tokens";
            case Gap _ -> "gap";
            case Dialogue _ -> DIALOGUE;
        };
    }

    /// The prompt for a model, or a fault that says why there is none.
    BuiltPrompt build(ServedModel model);

    /// A text.
    record Text(String text) implements PromptSource {
        public Text {
            GenerationRequest.requireText("prompt", "PROMPT", text);
        }

        @Override
        public BuiltPrompt build(ServedModel model) {
            return new BuiltPrompt(text, model.codec().encode(text), List.of(), List.of());
        }
    }

    /// Ids of tokens; not copied, nobody writes into them.
    @SuppressWarnings("ArrayRecordComponent")
    record Tokens(int[] ids) implements PromptSource {
        private static final int MAX = 65_536;

        public Tokens {
            if (ids.length < 1 || ids.length > MAX) {
                throw Fault.invalid("OUT_OF_RANGE", "prompt_tokens", "must have 1 to " + MAX + " ids");
            }
        }

        @Override
        public BuiltPrompt build(ServedModel model) {
            TextCodec codec = model.codec();
            List<BuiltPrompt.Control> controls = new ArrayList<>();
            for (int id : ids) {
                if (id < 0 || id >= codec.vocabularyUsed()) {
                    throw Fault.invalid(
                            "UNKNOWN_TOKEN",
                            "prompt_tokens",
                            "has " + id + "; ids of " + model.name() + " are 0 to " + (codec.vocabularyUsed() - 1));
                }
                if (codec.isSpecial(id)) {
                    controls.add(new BuiltPrompt.Control(codec.spelled(new int[] {id}), id));
                }
            }
            String shown = codec.spelled(ids);
            GenerationRequest.requireText("prompt_tokens", "PROMPT", shown);
            return new BuiltPrompt(shown, ids, controls, List.of());
        }
    }

    /// A text with a gap.
    record Gap(String prefix, String suffix) implements PromptSource {
        public Gap {
            GenerationRequest.requireText("gap", "PROMPT", prefix + suffix);
        }

        @Override
        public BuiltPrompt build(ServedModel model) {
            for (FimSpelling spelling : FimSpelling.KNOWN) {
                List<String> tokens = List.of(spelling.prefix(), spelling.suffix(), spelling.middle());
                if (tokens.stream().allMatch(token -> model.codec().added(token).isPresent())) {
                    tokens.forEach(token -> refuseForged(model.codec(), token));
                    return build(model.codec(), spelling);
                }
            }
            throw Fault.invalid(
                    "NO_FIM_TOKENS",
                    "gap",
                    "cannot be filled by " + model.name() + ": its tokenizer has no tokens for fill-in-the-middle");
        }

        private BuiltPrompt build(TextCodec codec, FimSpelling spelling) {
            PromptBuilder prompt = new PromptBuilder(codec::encode);
            List<BuiltPrompt.Control> controls = new ArrayList<>();
            control(spelling.prefix(), codec, prompt, controls);
            prompt.text(prefix);
            control(spelling.suffix(), codec, prompt, controls);
            prompt.text(suffix);
            control(spelling.middle(), codec, prompt, controls);
            return new BuiltPrompt(prompt.shown(), prompt.ids(), controls, List.of());
        }

        private static void control(
                String token, TextCodec codec, PromptBuilder prompt, List<BuiltPrompt.Control> controls) {
            int id = codec.added(token).orElseThrow().id();
            prompt.control(token, id);
            controls.add(new BuiltPrompt.Control(token, id));
        }

        /// A token that the file does not mark as special is found in texts too, so a text with it could move the gap.
        private void refuseForged(TextCodec codec, String token) {
            boolean special = codec.added(token).orElseThrow().special();
            if (!special && (prefix + suffix).contains(token)) {
                throw Fault.invalid(
                        "SPECIAL_TOKEN_IN_TEXT", "gap", "has " + token + ", which this tokenizer cannot read as text");
            }
        }
    }

    /// A dialogue that an answer is to follow.
    record Dialogue(List<Message> messages) implements PromptSource {
        private static final int MAX = 256;

        public Dialogue {
            messages = List.copyOf(messages);
            if (messages.isEmpty() || messages.size() > MAX) {
                throw Fault.invalid("OUT_OF_RANGE", "dialogue.messages", "must be 1 to " + MAX);
            }
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < messages.size(); i++) {
                all.append(messages.get(i).content());
                if (i > 0 && messages.get(i).role() == Role.SYSTEM) {
                    throw Fault.invalid(
                            "SYSTEM_NOT_FIRST",
                            "dialogue.messages[" + i + "].role",
                            "may be system in the first message only");
                }
            }
            GenerationRequest.requireText("dialogue.messages", "PROMPT", all.toString());
        }

        @Override
        public BuiltPrompt build(ServedModel model) {
            ChatTemplate template = model.template().orElseThrow(() -> new Fault.Invalid(
                            "NO_CHAT_TEMPLATE",
                            "dialogue.messages: " + model.name() + " brought no " + ChatTemplate.FILE
                                    + " along, so it takes no dialogues; give it a plain prompt",
                            Map.of(
                                    "field",
                                    "dialogue.messages",
                                    "model",
                                    model.name().toString()))
                    .toException());
            TextCodec codec = model.codec();
            List<BuiltPrompt.Control> controls = new ArrayList<>();
            PromptBuilder prompt = new PromptBuilder(codec::encode);
            prompt.dialogue(
                    template.frame(),
                    messages,
                    token -> {
                        int id = codec.added(token).orElseThrow().id();
                        controls.add(new BuiltPrompt.Control(token, id));
                        return id;
                    },
                    true);
            return new BuiltPrompt(
                    prompt.shown(),
                    prompt.ids(),
                    controls,
                    template.stop().stream().toList());
        }
    }
}
