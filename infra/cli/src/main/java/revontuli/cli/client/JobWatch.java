package revontuli.cli.client;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import revontuli.api.trainer.v1.Job;
import revontuli.api.trainer.v1.JobServiceGrpc;
import revontuli.api.trainer.v1.Progress;
import revontuli.api.trainer.v1.WatchJobRequest;
import revontuli.cli.Channels;
import revontuli.cli.Out;
import revontuli.cli.Service;

/// Follows a job to its end, with a progress bar on a terminal; a trainer-svc that restarts meanwhile is waited for.
public final class JobWatch {
    private static final int BAR_CHARS = 24;
    private static final long PATIENCE_SECONDS = 120;
    private static final long UNKNOWN_PATIENCE_SECONDS = 20;
    private static final long UNKNOWN_SILENT_SECONDS = 3; // a submission is on its way
    private static final long PAUSE_MS = 500;
    private static final String UNKNOWN =
            " is not known yet; if its submission was refused, `audit query --action event.rejected --as auditor` lists its"
                    + " record and `audit get records/N --as auditor` tells why";

    private JobWatch() {}

    /// The job in its last state.
    public static Job toTheEnd(Channels channels, String name, Out out) {
        Job last = Job.getDefaultInstance();
        long begin = System.nanoTime();
        long giveUpUnknown = begin + TimeUnit.SECONDS.toNanos(UNKNOWN_PATIENCE_SECONDS);
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            try {
                Iterator<Job> changes = JobServiceGrpc.newBlockingStub(channels.to(Service.TRAINER))
                        .watchJob(WatchJobRequest.newBuilder().setName(name).build());
                while (changes.hasNext()) {
                    Job job = changes.next();
                    giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
                    show(out, last, job);
                    last = job;
                }
                return last;
            } catch (StatusRuntimeException e) {
                boolean unknown = e.getStatus().getCode() == Status.Code.NOT_FOUND
                        && last.getState() == Job.State.STATE_UNSPECIFIED;
                boolean waits = unknown || e.getStatus().getCode() == Status.Code.UNAVAILABLE;
                if (!waits || System.nanoTime() > (unknown ? giveUpUnknown : giveUp)) {
                    throw e;
                }
                if (!unknown || System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(UNKNOWN_SILENT_SECONDS)) {
                    out.progress(name + (unknown ? UNKNOWN : " waits for trainer-svc"));
                }
                pause();
            }
        }
    }

    private static void show(Out out, Job before, Job now) {
        if (before.getState() != now.getState()) {
            out.note("%-10s %s".formatted(JobsCommand.state(now), now.getName()));
        }
        Progress progress = now.getProgress();
        if (now.getState() == Job.State.RUNNING && progress.getStepCount() > 0) {
            int done = (int) (BAR_CHARS * progress.getStep() / progress.getStepCount());
            out.progress("[%s%s] step %d/%d  stage %d  loss %.3f  %.0f tokens/s"
                    .formatted(
                            "#".repeat(done),
                            ".".repeat(BAR_CHARS - done),
                            progress.getStep(),
                            progress.getStepCount(),
                            progress.getStage(),
                            progress.getLoss(),
                            progress.getTokensPerSecond()));
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
