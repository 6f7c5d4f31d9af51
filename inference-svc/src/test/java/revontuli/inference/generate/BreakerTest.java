package revontuli.inference.generate;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BreakerTest {
    private static final Duration REST = Duration.ofSeconds(2);

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // the clock may wrap around
    private final Breaker breaker = new Breaker(3, REST, now::get);

    private void lose(int times) {
        for (int i = 0; i < times; i++) {
            breaker.lost();
        }
    }

    @Test
    void opensAfterLossesInARowOnly() {
        lose(2);
        breaker.heard();
        lose(2);
        assertThatCode(breaker::requireClosed).doesNotThrowAnyException();

        lose(1);

        assertThatThrownBy(breaker::requireClosed).isInstanceOf(NoVerdict.class).hasMessageContaining("breaker open");
    }

    @Test
    void afterItsRestOneQuestionAtATimeTriesAgain() {
        lose(3);
        now.addAndGet(REST.toNanos());

        assertThatCode(breaker::requireClosed).doesNotThrowAnyException();
        assertThatThrownBy(breaker::requireClosed).isInstanceOf(NoVerdict.class);

        lose(1);
        now.addAndGet(REST.toNanos() - 1);
        assertThatThrownBy(breaker::requireClosed).isInstanceOf(NoVerdict.class);
        breaker.heard();
        assertThatCode(breaker::requireClosed).doesNotThrowAnyException();
    }
}
