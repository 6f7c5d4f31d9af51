package revontuli.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class PortsTest {
    @Test
    void aFreeUsualPortIsTaken() {
        int usual = Ports.free();

        assertThat(Ports.usualOrFree(usual)).isEqualTo(usual);
    }

    @Test
    void aTakenUsualPortIsReplacedByAFreeOne() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int chosen = Ports.usualOrFree(taken.getLocalPort());

            assertThat(chosen).isNotEqualTo(taken.getLocalPort());
            assertThat(Ports.isFree(chosen)).isTrue();
        }
    }

    @Test
    void manyFreePortsAreAllDifferent() {
        assertThat(Ports.free(20)).doesNotHaveDuplicates().hasSize(20);
    }
}
