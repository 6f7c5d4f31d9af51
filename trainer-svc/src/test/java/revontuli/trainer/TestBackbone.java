package revontuli.trainer;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.common.ResourceArg;
import java.util.Map;
import revontuli.embedded.Ports;
import revontuli.testkit.Backbone;

/// What every wired test of this module stands on; named here once, and the same for all.
@QuarkusTestResource(value = Backbone.class, initArgs = @ResourceArg(name = "service", value = "trainer"))
@QuarkusTestResource(TestBackbone.PeerPort.class)
final class TestBackbone {
    private TestBackbone() {}

    /// Chooses where [FakePeers] listens.
    public static final class PeerPort implements QuarkusTestResourceLifecycleManager {
        @Override
        public Map<String, String> start() {
            String address = "127.0.0.1:" + Ports.free();
            return Map.of(
                    "revontuli.platform.peers.addresses.tokenizer",
                    address,
                    "revontuli.platform.peers.addresses.safety",
                    address);
        }

        @Override
        public void stop() {
            // the server ends with the application
        }
    }
}
