package revontuli.inference;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;
import revontuli.embedded.Ports;

/// Reserves the port on which tests put their [FakeSafety].
public final class FakeSafetyPort implements QuarkusTestResourceLifecycleManager {
    @Override
    public Map<String, String> start() {
        String port = Integer.toString(Ports.free());
        return Map.of(
                "revontuli.platform.peers.addresses.safety", "127.0.0.1:" + port, "revontuli.test.safety-port", port);
    }

    @Override
    public void stop() {
        // the tests' class loader holds the server
    }
}
