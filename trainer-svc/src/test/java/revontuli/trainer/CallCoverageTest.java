package revontuli.trainer;

import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import revontuli.api.trainer.v1.ArtifactServiceGrpc;
import revontuli.api.trainer.v1.DatasetServiceGrpc;
import revontuli.api.trainer.v1.JobServiceGrpc;
import revontuli.api.trainer.v1.ModelServiceGrpc;
import revontuli.api.trainer.v1.TableServiceGrpc;
import revontuli.api.trainer.v1.WorkerServiceGrpc;
import revontuli.testkit.CallCoverage;

/// No call of this service is silent: found by the descriptors, so that a method that is added is walked too.
@QuarkusTest
class CallCoverageTest {
    @Inject
    DataSource database;

    @Test
    void everyCallIsOnRecordRefusedOrAnswered() {
        CallCoverage.everyCallIsOnRecord(
                database,
                ArtifactServiceGrpc.getServiceDescriptor(),
                DatasetServiceGrpc.getServiceDescriptor(),
                JobServiceGrpc.getServiceDescriptor(),
                ModelServiceGrpc.getServiceDescriptor(),
                TableServiceGrpc.getServiceDescriptor(),
                WorkerServiceGrpc.getServiceDescriptor());
    }
}
