package revontuli.inference;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import revontuli.api.inference.v1.GenerateTextRequest;
import revontuli.api.inference.v1.GenerateTextResponse;
import revontuli.api.inference.v1.InferenceServiceGrpc;
import revontuli.api.inference.v1.InferenceServiceGrpc.InferenceServiceBlockingStub;
import revontuli.api.inference.v1.PromptDetails;
import revontuli.api.inference.v1.Token;
import revontuli.testkit.Grpc;

/// Generations over the wire.
final class Asking {
    private Asking() {}

    static InferenceServiceBlockingStub as(String person) {
        return InferenceServiceGrpc.newBlockingStub(Grpc.as(person));
    }

    /// What came: all text, its tokens and those of the prompt where asked for, and the last message.
    record Answer(String text, GenerateTextResponse last, PromptDetails prompt, List<Token> tokens) {
        double[] logProbabilities() {
            return tokens.stream().mapToDouble(Token::getLogProbability).toArray();
        }

        int[] ids() {
            return tokens.stream().mapToInt(Token::getId).toArray();
        }

        int[] promptIds() {
            return prompt.getTokensList().stream().mapToInt(Token::getId).toArray();
        }
    }

    static GenerateTextRequest.Builder request(String model, String prompt) {
        return GenerateTextRequest.newBuilder()
                .setModel(model)
                .setPrompt(prompt)
                .setMaxTokens(256);
    }

    static Answer ask(String model, String prompt) {
        return ask(request(model, prompt).build());
    }

    static Answer ask(GenerateTextRequest request) {
        StringBuilder text = new StringBuilder();
        PromptDetails prompt = PromptDetails.getDefaultInstance();
        List<Token> tokens = new ArrayList<>();
        GenerateTextResponse last = GenerateTextResponse.getDefaultInstance();
        for (Iterator<GenerateTextResponse> each = as("caller").generateText(request); each.hasNext(); ) {
            last = each.next();
            text.append(last.getText());
            tokens.addAll(last.getTokensList());
            prompt = last.hasPrompt() ? last.getPrompt() : prompt;
        }
        return new Answer(text.toString(), last, prompt, tokens);
    }

    /// Text that arrived before the call failed, and how it failed.
    record Failed(String text, Grpc.Refused refused) {}

    static Failed fail(GenerateTextRequest request) {
        return rest(as("caller").generateText(request));
    }

    /// What still comes of a call that fails.
    static Failed rest(Iterator<GenerateTextResponse> answers) {
        StringBuilder text = new StringBuilder();
        try {
            answers.forEachRemaining(answer -> text.append(answer.getText()));
        } catch (StatusRuntimeException e) {
            return new Failed(text.toString(), Grpc.Refused.of(e));
        }
        throw new AssertionError("not refused");
    }

    /// Code of a call that fails.
    static Status.Code codeOf(Runnable call) {
        try {
            call.run();
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
        throw new AssertionError("not refused");
    }
}
