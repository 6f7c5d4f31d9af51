package revontuli.trainer.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import revontuli.trainer.job.Failure;
import revontuli.trainer.job.Job;
import revontuli.trainer.job.Progress;
import revontuli.trainer.publish.Judgement;
import revontuli.transparency.crypto.Digest;

class HeartTest {
    @Test
    void lostClaimEndsTheProcess() throws Exception {
        assertThat(endOf(
                        () -> {
                            throw new Reports.LeaseLost("gone");
                        },
                        OptionalLong.empty()))
                .isEqualTo(Heart.LEASE_LOST);
    }

    @Test
    void serviceThatIsAwayTooLongEndsTheProcess() throws Exception {
        assertThat(endOf(
                        () -> {
                            throw new Reports.Unreachable("away");
                        },
                        OptionalLong.empty()))
                .isEqualTo(Heart.UNREACHABLE);
    }

    @Test
    void launcherThatIsGoneEndsTheProcess() throws Exception {
        assertThat(endOf(() -> false, OptionalLong.of(deadProcess()))).isEqualTo(Heart.LAUNCHER_GONE);
    }

    private static int endOf(Supplier<Boolean> heartbeat, OptionalLong launcher) throws Exception {
        CompletableFuture<Integer> end = new CompletableFuture<>();
        Heart heart = new Heart(new OneAnswer(heartbeat), launcher, end::complete);
        heart.start();
        return end.get(10, TimeUnit.SECONDS);
    }

    private static long deadProcess() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        return process.pid();
    }

    private record OneAnswer(Supplier<Boolean> answer) implements Reports {
        @Override
        public boolean heartbeat(Progress progress) {
            return answer.get();
        }

        @Override
        public void checkpoint(Job.Point point) {}

        @Override
        public void finish(Digest manifest, List<Judgement> judgements, Progress progress) {}

        @Override
        public void fail(Failure why, boolean retriable) {}
    }
}
