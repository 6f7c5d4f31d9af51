package revontuli.inference.grpc;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import revontuli.api.inference.v1.Alternative;
import revontuli.api.inference.v1.Dialogue;
import revontuli.api.inference.v1.GenerateTextRequest;
import revontuli.api.inference.v1.PromptDetails;
import revontuli.api.inference.v1.Token;
import revontuli.api.inference.v1.TokenDetails;
import revontuli.api.inference.v1.TokenIds;
import revontuli.inference.generate.Details;
import revontuli.inference.generate.PromptSource;
import revontuli.inference.generate.ToldPrompt;
import revontuli.inference.generate.ToldToken;
import revontuli.platform.fault.Fault;
import revontuli.platform.prompt.Message;
import revontuli.platform.prompt.Role;

/// Prompts and tokens of the wire to feature types and back.
final class Prompts {
    private Prompts() {}

    static PromptSource source(GenerateTextRequest in) {
        List<PromptSource> given = new ArrayList<>();
        if (in.hasPromptTokens()) {
            given.add(new PromptSource.Tokens(ids(in.getPromptTokens())));
        }
        if (in.hasGap()) {
            given.add(new PromptSource.Gap(in.getGap().getPrefix(), in.getGap().getSuffix()));
        }
        if (in.hasDialogue()) {
            given.add(dialogue(in.getDialogue()));
        }
        if (given.isEmpty() || !in.getPrompt().isEmpty()) {
            given.add(new PromptSource.Text(in.getPrompt()));
        }
        if (given.size() > 1) {
            throw Fault.invalid("PROMPT_COUNT", "prompt", "give one of prompt, prompt_tokens, gap and dialogue");
        }
        return given.getFirst();
    }

    private static PromptSource dialogue(Dialogue in) {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < in.getMessagesCount(); i++) {
            String role = in.getMessages(i).getRole();
            messages.add(new Message(
                    role(role, "dialogue.messages[" + i + "].role"),
                    in.getMessages(i).getContent()));
        }
        return new PromptSource.Dialogue(messages);
    }

    private static Role role(String word, String field) {
        return Arrays.stream(Role.values())
                .filter(role -> role.word().equals(word))
                .findFirst()
                .orElseThrow(() -> Fault.invalid(
                        "OUT_OF_RANGE",
                        field,
                        "must be one of "
                                + Arrays.stream(Role.values()).map(Role::word).collect(Collectors.joining(", "))));
    }

    static int[] ids(TokenIds in) {
        return in.getIdsList().stream().mapToInt(Integer::intValue).toArray();
    }

    static Details details(TokenDetails in) {
        return new Details(
                in.getOutputTokens(),
                in.hasOutputLogProbs() ? OptionalInt.of(in.getOutputLogProbs()) : OptionalInt.empty(),
                in.getPromptTokens(),
                in.hasPromptLogProbs() ? OptionalInt.of(in.getPromptLogProbs()) : OptionalInt.empty());
    }

    static PromptDetails prompt(ToldPrompt told) {
        return PromptDetails.newBuilder()
                .setText(told.text())
                .addAllTokens(tokens(told.tokens()))
                .build();
    }

    static List<Token> tokens(List<ToldToken> told) {
        return told.stream().map(Prompts::token).toList();
    }

    private static Token token(ToldToken told) {
        Token.Builder out = Token.newBuilder().setId(told.id()).setText(ByteString.copyFrom(told.text()));
        told.logProbability().ifPresent(out::setLogProbability);
        for (ToldToken.Likely likely : told.likeliest()) {
            Alternative.Builder other = Alternative.newBuilder().setLogProbability(likely.logProbability());
            if (likely.withheld()) {
                other.setWithheld(true);
            } else {
                other.setId(likely.id()).setText(ByteString.copyFrom(likely.text()));
            }
            out.addAlternatives(other);
        }
        return out.build();
    }
}
