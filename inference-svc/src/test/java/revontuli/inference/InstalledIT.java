package revontuli.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import revontuli.api.inference.v1.InferenceServiceGrpc;
import revontuli.api.inference.v1.ListModelsRequest;
import revontuli.testkit.Backbone;
import revontuli.testkit.Eventually;
import revontuli.testkit.Grpc;
import revontuli.testkit.InstalledService;

/// The service as it is installed, executable or jar: it starts, serves a call and stops in order.
class InstalledIT {
    private static final Backbone BACKBONE = new Backbone();

    @TempDir
    Path folder;

    @BeforeAll
    static void startTheBackbone() {
        BACKBONE.init(Map.of("service", "inference"));
        BACKBONE.start().forEach(System::setProperty);
    }

    @AfterAll
    static void stopTheBackbone() {
        BACKBONE.stop();
    }

    @Test
    void servesWithoutAModelAndStops() throws Exception {
        try (InstalledService service = InstalledService.start(folder, "inference", Map.of())) {
            Eventually.holds("an answer", InstalledIT::listsNoModel);
            assertThat(Grpc.refusedBy(() -> InferenceServiceGrpc.newBlockingStub(Grpc.as("nobody"))
                                    .listModels(ListModelsRequest.getDefaultInstance()))
                            .reason())
                    .isEqualTo("ROLE_MISSING");

            assertThat(service.stop(40)).isTrue();
            assertThat(service.errors()).isEmpty();
        }
    }

    private static boolean listsNoModel() {
        try {
            return InferenceServiceGrpc.newBlockingStub(Grpc.as("caller"))
                            .listModels(ListModelsRequest.getDefaultInstance())
                            .getModelsCount()
                    == 0;
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.UNAVAILABLE) {
                return false;
            }
            throw e;
        }
    }
}
