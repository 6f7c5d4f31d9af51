package revontuli.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import revontuli.api.trainer.v1.GetJobRequest;
import revontuli.api.trainer.v1.JobServiceGrpc;
import revontuli.api.trainer.v1.ListJobsRequest;
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
        BACKBONE.init(Map.of("service", "trainer"));
        BACKBONE.start().forEach(System::setProperty);
    }

    @AfterAll
    static void stopTheBackbone() {
        BACKBONE.stop();
    }

    @Test
    void answersEveryCallAndStops() throws Exception {
        try (InstalledService service = InstalledService.start(folder, "trainer", Map.of())) {
            Eventually.holds("an answer", InstalledIT::listsNoJob);
            assertThat(Grpc.refusedBy(() -> JobServiceGrpc.newBlockingStub(Grpc.as("operator"))
                                    .getJob(GetJobRequest.newBuilder()
                                            .setName("jobs/none")
                                            .build()))
                            .reason())
                    .isEqualTo("NO_SUCH_JOB");
            assertThat(SteadyLoad.failures(2000, _ -> JobServiceGrpc.newBlockingStub(Grpc.as("operator"))
                            .withDeadlineAfter(30, TimeUnit.SECONDS)
                            .listJobs(ListJobsRequest.getDefaultInstance())))
                    .isEmpty();

            assertThat(service.stop(40)).isTrue();
            assertThat(service.errors()).isEmpty();
        }
    }

    private static boolean listsNoJob() {
        try {
            return JobServiceGrpc.newBlockingStub(Grpc.as("operator"))
                            .listJobs(ListJobsRequest.getDefaultInstance())
                            .getJobsCount()
                    == 0;
        } catch (StatusRuntimeException e) {
            if (e.getStatus().getCode() == Status.Code.UNAVAILABLE) {
                return false;
            }
            throw e;
        }
    }
}
