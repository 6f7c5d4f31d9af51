package revontuli.trainer.worker;

import java.util.List;
import revontuli.trainer.job.Failure;
import revontuli.trainer.job.Job;
import revontuli.trainer.job.Progress;
import revontuli.trainer.publish.Judgement;
import revontuli.transparency.crypto.Digest;

/// What a worker tells the service. Each call is tried again while the service does not answer, as long as the claim
/// may still live.
public interface Reports {
    /// Prolongs the claim; true when the worker shall write a checkpoint and end.
    boolean heartbeat(Progress progress);

    void checkpoint(Job.Point point);

    void finish(Digest manifest, List<Judgement> judgements, Progress progress);

    void fail(Failure why, boolean retriable);

    /// The claim is another's now, or the job has ended: stop and write nothing more.
    final class LeaseLost extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public LeaseLost(String message) {
            super(message, null, false, false);
        }
    }

    /// The service did not answer for as long as a claim lives.
    final class Unreachable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public Unreachable(String message) {
            super(message, null, false, false);
        }
    }
}
