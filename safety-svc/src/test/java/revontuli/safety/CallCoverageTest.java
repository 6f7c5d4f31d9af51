package revontuli.safety;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import revontuli.api.safety.v1.AuditLogServiceGrpc;
import revontuli.api.safety.v1.KeyServiceGrpc;
import revontuli.api.safety.v1.ModerationServiceGrpc;
import revontuli.api.safety.v1.PolicyServiceGrpc;
import revontuli.api.safety.v1.ReviewServiceGrpc;
import revontuli.testkit.Backbone;
import revontuli.testkit.CallCoverage;

/// No call of this service is silent: found by the descriptors, so that a method that is added is walked too.
@QuarkusTest
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "safety"))
@QuarkusTestResource(LedgerKeys.class)
class CallCoverageTest {
    @Inject
    DataSource database;

    @Test
    void everyCallIsOnRecordRefusedOrAnswered() {
        CallCoverage.everyCallIsOnRecord(
                database,
                AuditLogServiceGrpc.getServiceDescriptor(),
                KeyServiceGrpc.getServiceDescriptor(),
                ModerationServiceGrpc.getServiceDescriptor(),
                PolicyServiceGrpc.getServiceDescriptor(),
                ReviewServiceGrpc.getServiceDescriptor());
    }
}
