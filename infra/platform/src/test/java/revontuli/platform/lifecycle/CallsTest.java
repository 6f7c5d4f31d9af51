package revontuli.platform.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import revontuli.platform.fault.FaultException;

class CallsTest {
    @Test
    void aCallThatWasLetInButHadNotBegunIsRefusedOnceTheStopIsThrough() throws InterruptedException {
        Calls calls = new Calls();
        calls.open();
        calls.requireOpen();

        assertThat(calls.drain(Duration.ofSeconds(1))).isTrue();

        assertThatThrownBy(calls::begin).isInstanceOfSatisfying(FaultException.class, refused -> assertThat(
                        refused.fault().reason())
                .isEqualTo("DRAINING"));
    }

    @Test
    void noCallRunsAfterTheDrainWhateverTheMoment() throws InterruptedException {
        for (int round = 0; round < 200; round++) {
            Calls calls = new Calls();
            calls.open();
            AtomicBoolean drained = new AtomicBoolean();
            AtomicInteger late = new AtomicInteger();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                threads.add(Thread.ofVirtual().start(() -> {
                    try {
                        calls.requireOpen();
                        Calls.Call call = calls.begin();
                        late.addAndGet(drained.get() ? 1 : 0);
                        call.close();
                    } catch (FaultException refused) {
                        assertThat(refused.fault().reason()).isEqualTo("DRAINING");
                    }
                }));
            }

            assertThat(calls.drain(Duration.ofSeconds(5))).isTrue();
            drained.set(true);
            for (Thread thread : threads) {
                thread.join();
            }

            assertThat(late).hasValue(0);
        }
    }
}
