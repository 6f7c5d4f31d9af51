package revontuli.inference;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import revontuli.api.inference.v1.InferenceServiceGrpc;
import revontuli.testkit.Backbone;
import revontuli.testkit.CallCoverage;

/// No call of this service is silent: found by the descriptors, so that a method that is added is walked too.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "inference"))
@QuarkusTestResource(FakeSafetyPort.class)
class CallCoverageTest {
    @Inject
    DataSource database;

    @Test
    void everyCallIsOnRecordRefusedOrAnswered() {
        CallCoverage.everyCallIsOnRecord(database, InferenceServiceGrpc.getServiceDescriptor());
    }
}
