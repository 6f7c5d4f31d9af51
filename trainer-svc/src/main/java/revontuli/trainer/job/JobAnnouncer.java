package revontuli.trainer.job;

import java.time.Instant;

/// Tells the world of jobs, in the unit of work of the act itself.
public interface JobAnnouncer {
    void changed(Job job, String stateBefore, Instant time);

    void progressed(Job job, Instant time);
}
