package revontuli.inference;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Iterator;
import revontuli.api.inference.v1.GenerateTextRequest;
import revontuli.api.inference.v1.GenerateTextResponse;
import revontuli.api.inference.v1.InferenceServiceGrpc;
import revontuli.api.inference.v1.InferenceServiceGrpc.InferenceServiceBlockingStub;
import revontuli.testkit.Grpc;

/// Generations over the wire.
final class Asking {
    private Asking() {}

    static InferenceServiceBlockingStub as(String person) {
        return InferenceServiceGrpc.newBlockingStub(Grpc.as(person));
    }

    /// What came: all text, and the last message.
    record Answer(String text, GenerateTextResponse last) {}

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
        GenerateTextResponse last = GenerateTextResponse.getDefaultInstance();
        for (Iterator<GenerateTextResponse> each = as("caller").generateText(request); each.hasNext(); ) {
            last = each.next();
            text.append(last.getText());
        }
        return new Answer(text.toString(), last);
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
