package revontuli.trainer.kafka;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import revontuli.api.events.v1.JobChanged;
import revontuli.api.events.v1.JobProgressed;
import revontuli.platform.event.EventEnvelope;
import revontuli.platform.event.Events;
import revontuli.trainer.job.Job;
import revontuli.trainer.job.JobAnnouncer;

/// Events about jobs. Key: the job's name; the job's row is locked by whoever announces, so order holds per job.
@ApplicationScoped
class JobAnnouncements implements JobAnnouncer {
    private static final String TOPIC = "revontuli.trainer.job";

    private final Events events;

    JobAnnouncements(Events events) {
        this.events = events;
    }

    @Override
    public void changed(Job job, String stateBefore, Instant time) {
        JobChanged changed = JobChanged.newBuilder()
                .setJob(job.name())
                .setTenant(job.submission().tenant())
                .setStateBefore(stateBefore)
                .setStateAfter(job.state().word())
                .setFence(job.claim().fence())
                .build();
        append(job, "revontuli.trainer.job.changed.v1", time, changed.toByteArray());
    }

    @Override
    public void progressed(Job job, Instant time) {
        JobProgressed progressed = JobProgressed.newBuilder()
                .setJob(job.name())
                .setTenant(job.submission().tenant())
                .setStep(job.progress().steps().done())
                .setStepCount(job.progress().steps().planned())
                .setLoss(job.progress().newest().loss())
                .setTokenCount(job.progress().tokens())
                .build();
        append(job, "revontuli.trainer.job.progressed.v1", time, progressed.toByteArray());
    }

    private void append(Job job, String type, Instant time, byte[] data) {
        events.append(EventEnvelope.about(job.name(), TOPIC, type, time, EventEnvelope.Payload.protobuf(data)));
    }
}
