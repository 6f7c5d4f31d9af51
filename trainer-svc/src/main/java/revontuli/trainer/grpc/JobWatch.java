package revontuli.trainer.grpc;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.platform.grpc.Offload;
import revontuli.trainer.TrainerConfig;
import revontuli.trainer.job.Job;
import revontuli.trainer.job.JobBell;
import revontuli.trainer.job.JobBook;
import revontuli.trainer.job.JobDesk;

/// Streams a job to whoever watches it. Several changes between two looks are one answer; the last is never missed.
@ApplicationScoped
class JobWatch {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final JobDesk desk;
    private final JobBell bell;
    private final Semaphore places;
    private final int watchersMax;

    JobWatch(JobDesk desk, JobBook book, TrainerConfig config) {
        this.desk = desk;
        this.bell = book.bell();
        this.watchersMax = config.jobs().watchersMax();
        this.places = new Semaphore(watchersMax);
    }

    /// Returns when the job has ended or nobody listens any more.
    void watch(Caller caller, String name, Offload.Sink<revontuli.api.trainer.v1.Job> sink)
            throws InterruptedException {
        if (!places.tryAcquire()) {
            throw new Fault.Exhausted(
                            "TOO_MANY_WATCHERS",
                            watchersMax + " clients watch jobs already; ask with GetJob, or try again",
                            Map.of("limit", Integer.toString(watchersMax)))
                    .toException();
        }
        try {
            long sent = 0;
            while (!sink.cancelled()) {
                long seen = bell.count();
                Job job = desk.get(caller, name);
                if (job.version() != sent) {
                    sink.send(Protos.job(job));
                    sent = job.version();
                }
                if (job.state().ended()) {
                    return;
                }
                bell.awaitAtMost(seen, LOOK_EVERY);
            }
        } finally {
            places.release();
        }
    }
}
