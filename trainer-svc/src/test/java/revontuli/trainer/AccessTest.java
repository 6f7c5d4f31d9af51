package revontuli.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.quarkus.test.junit.QuarkusTest;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import revontuli.api.trainer.v1.ArtifactServiceGrpc;
import revontuli.api.trainer.v1.CancelJobRequest;
import revontuli.api.trainer.v1.DatasetServiceGrpc;
import revontuli.api.trainer.v1.JobServiceGrpc;
import revontuli.api.trainer.v1.ListJobsRequest;
import revontuli.api.trainer.v1.ModelServiceGrpc;
import revontuli.api.trainer.v1.Plan;
import revontuli.api.trainer.v1.TableServiceGrpc;
import revontuli.api.trainer.v1.WorkerServiceGrpc;
import revontuli.testkit.Grpc;
import revontuli.testkit.LoadGate;

/// Who may call what, and whether all calls come back when many come at once.
@QuarkusTest
class AccessTest {
    private static final List<ServiceDescriptor> SERVICES = List.of(
            ArtifactServiceGrpc.getServiceDescriptor(),
            DatasetServiceGrpc.getServiceDescriptor(),
            JobServiceGrpc.getServiceDescriptor(),
            ModelServiceGrpc.getServiceDescriptor(),
            TableServiceGrpc.getServiceDescriptor(),
            WorkerServiceGrpc.getServiceDescriptor());

    @Test
    void everyMethodIsClosedWithoutAKeyAndOpenToSomeRole() {
        for (ServiceDescriptor service : SERVICES) {
            for (MethodDescriptor<?, ?> method : service.getMethods()) {
                assertThat(refusal(Grpc.anonymous(), method).code())
                        .as(method.getFullMethodName())
                        .isEqualTo(Status.Code.UNAUTHENTICATED);
                assertThat(refusal(Grpc.withKey("rvk_" + "A".repeat(43)), method)
                                .reason())
                        .isEqualTo("KEY_UNKNOWN");
                assertThat(refusal(Grpc.as("nobody"), method).reason())
                        .as(method.getFullMethodName())
                        .isEqualTo("ROLE_MISSING");
            }
        }
    }

    @Test
    void methodsAreClosedToTheWrongRoles() {
        assertThat(refusal(Grpc.as("operator"), WorkerServiceGrpc.getHeartbeatMethod())
                        .reason())
                .isEqualTo("ROLE_MISSING");
        assertThat(refusal(Grpc.as("operator"), ModelServiceGrpc.getApproveModelVersionMethod())
                        .reason())
                .isEqualTo("ROLE_MISSING");
        assertThat(refusal(Grpc.as("approver-a"), JobServiceGrpc.getSubmitJobMethod())
                        .reason())
                .isEqualTo("ROLE_MISSING");
        assertThat(refusal(Grpc.as("operator"), TableServiceGrpc.getExportTablesMethod())
                        .reason())
                .isEqualTo("ROLE_MISSING");
        assertThat(refusal(Grpc.as("caller"), JobServiceGrpc.getCancelJobMethod())
                        .reason())
                .isEqualTo("ROLE_MISSING");
    }

    @Test
    void manySubmissionsAndListsAtOnceAllComeBackAndMakeEachJobOnce() {
        Client operator = Client.as("operator");
        operator.tinyModel("models/load/versions/1");
        operator.dataset("load", Client.texts("a load", 10));
        Plan plan = Client.plan("models/load/versions/1", "load", "load");

        LoadGate.Outcome outcome = LoadGate.run(64, 1_024, Duration.ofSeconds(60), call -> {
            if (call % 2 == 0) {
                operator.submit("load-" + call % 8, plan);
            } else {
                operator.jobs()
                        .listJobs(ListJobsRequest.newBuilder().setPageSize(5).build());
            }
        });

        assertThat(outcome.failures()).isEmpty();
        assertThat(outcome.hung()).isZero();
        assertThat(outcome.completed()).isEqualTo(1_024);
        List<Long> accepted = new ArrayList<>();
        for (int i = 0; i < 8; i += 2) {
            String job = "jobs/load-" + i;
            operator.jobs().cancelJob(CancelJobRequest.newBuilder().setName(job).build());
            Records.await(job, "job.cancelled");
            accepted.add(Records.of(job).stream()
                    .filter(one -> one.action().equals("job.submitted"))
                    .count());
        }
        assertThat(accepted).containsOnly(1L);
    }

    private static <Q, A> Grpc.Refused refusal(Channel channel, MethodDescriptor<Q, A> method) {
        Q request = method.parseRequest(new ByteArrayInputStream(new byte[0]));
        return Grpc.refusedBy(() -> {
            if (method.getType() == MethodDescriptor.MethodType.UNARY) {
                return ClientCalls.blockingUnaryCall(channel, method, CallOptions.DEFAULT, request);
            }
            return ClientCalls.blockingServerStreamingCall(channel, method, CallOptions.DEFAULT, request)
                    .next();
        });
    }
}
