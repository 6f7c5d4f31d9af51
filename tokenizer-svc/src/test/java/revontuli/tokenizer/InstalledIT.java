package revontuli.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
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
        String text = "Revontulet tanssivat järven yllä, हिन्दी 日本語 Tiếng Việt 🌌";
        try (InstalledService service = InstalledService.start(folder, "tokenizer", Map.of())) {
            byte[] json = shipped();
            Eventually.holds("a tokenizer that can be registered", () -> register("tokenizers/shipped", json));
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

    /// As large as a file may be, and not small in tokens: reading one and keeping another open fits the heap that the
    /// launcher gives.
    @Test
    void twoGiantVocabulariesFitTheHeap() throws Exception {
        try (InstalledService service = InstalledService.start(folder, "giants", "384m", Map.of())) {
            byte[] json = shipped();
            Eventually.holds("a first answer", () -> register("tokenizers/shipped", json));
            TokenizerServiceGrpc.TokenizerServiceBlockingStub caller =
                    TokenizerServiceGrpc.newBlockingStub(Grpc.as("caller"));
            for (int i = 0; i < 2; i++) {
                String name = "tokenizers/giant-" + i;
                register(name, GiantTokenizer.of(json, 850_000 + i));
                assertThat(caller.encodeText(EncodeTextRequest.newBuilder()
                                        .setTokenizer(name)
                                        .setText("Revontulet")
                                        .build())
                                .getIdsCount())
                        .isPositive();
            }
            assertThat(caller.encodeText(EncodeTextRequest.newBuilder()
                                    .setTokenizer("tokenizers/giant-0")
                                    .setText("Revontulet")
                                    .build())
                            .getIdsCount())
                    .isPositive();
            assertThat(service.stop(40)).isTrue();
            assertThat(service.errors()).isEmpty();
        }
    }

    private static byte[] shipped() throws IOException {
        return Files.readAllBytes(Path.of("../infra/cli/src/main/dist/model/tokenizer.json"));
    }

    private static boolean register(String name, byte[] json) {
        try {
            TokenizerServiceGrpc.newBlockingStub(Grpc.as("operator"))
                    .registerTokenizer(RegisterTokenizerRequest.newBuilder()
                            .setName(name)
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
