package revontuli.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import revontuli.api.tokenizer.v1.DecodeTokensRequest;
import revontuli.api.tokenizer.v1.EncodeTextRequest;
import revontuli.api.tokenizer.v1.GetTokenizerRequest;
import revontuli.api.tokenizer.v1.RegisterTokenizerRequest;
import revontuli.api.tokenizer.v1.TokenizerServiceGrpc;
import revontuli.testkit.Backbone;
import revontuli.testkit.Eventually;
import revontuli.testkit.Grpc;
import revontuli.testkit.InstalledService;
import revontuli.testkit.SteadyLoad;

/// The service as it is installed, executable or jar: it starts, serves a call and stops in order.
class InstalledIT {
    private static final Backbone BACKBONE = new Backbone();

    @TempDir
    Path folder;

    @BeforeAll
    static void startTheBackbone() {
        BACKBONE.init(Map.of("service", "tokenizer"));
        BACKBONE.start().forEach(System::setProperty);
    }

    @AfterAll
    static void stopTheBackbone() {
        BACKBONE.stop();
    }

    @Test
    void encodesAndDecodesWithARealTokenizerAndStops() throws Exception {
        byte[] json = Files.readAllBytes(Path.of("../infra/cli/src/main/dist/model/tokenizer.json"));
        String text = "Revontulet tanssivat järven yllä, हिन्दी 日本語 Tiếng Việt 🌌";
        try (InstalledService service = InstalledService.start(folder, "tokenizer", Map.of())) {
            Eventually.holds("a tokenizer that can be registered", () -> register(json));
            TokenizerServiceGrpc.TokenizerServiceBlockingStub caller =
                    TokenizerServiceGrpc.newBlockingStub(Grpc.as("caller"));

            List<Integer> ids = caller.encodeText(EncodeTextRequest.newBuilder()
                            .setTokenizer("tokenizers/shipped")
                            .setText(text)
                            .build())
                    .getIdsList();
            String back = caller.decodeTokens(DecodeTokensRequest.newBuilder()
                            .setTokenizer("tokenizers/shipped")
                            .addAllIds(ids)
                            .build())
                    .getText();

            assertThat(back).isEqualTo(text);
            assertThat(Grpc.refusedBy(() -> caller.getTokenizer(GetTokenizerRequest.newBuilder()
                                    .setName("tokenizers/none")
                                    .build()))
                            .reason())
                    .isEqualTo("NO_SUCH_TOKENIZER");
            assertThat(SteadyLoad.failures(2000, _ -> caller.withDeadlineAfter(30, TimeUnit.SECONDS)
                            .encodeText(EncodeTextRequest.newBuilder()
                                    .setTokenizer("tokenizers/shipped")
                                    .setText(text)
                                    .build())))
                    .isEmpty();
            assertThat(service.stop(40)).isTrue();
            assertThat(service.errors()).isEmpty();
        }
    }

    private static boolean register(byte[] json) {
        try {
            TokenizerServiceGrpc.newBlockingStub(Grpc.as("operator"))
                    .registerTokenizer(RegisterTokenizerRequest.newBuilder()
                            .setName("tokenizers/shipped")
                            .setTokenizerJson(ByteString.copyFrom(json))
                            .build());
            return true;
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.UNAVAILABLE) {
                return false;
            }
            throw e;
        }
    }
}
