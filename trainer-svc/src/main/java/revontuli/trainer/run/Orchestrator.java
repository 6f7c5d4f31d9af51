package revontuli.trainer.run;

import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import revontuli.platform.fault.FaultException;
import revontuli.trainer.job.Failure;
import revontuli.trainer.job.Job;
import revontuli.trainer.job.JobBell;
import revontuli.trainer.job.JobBook;
import revontuli.trainer.job.JobState;
import revontuli.trainer.job.Jobs;
import revontuli.trainer.publish.ModelVersion;

/// Two loops on virtual threads. One takes waiting jobs, prepares them and starts their workers; the other watches:
/// claims that have run out, workers that have ended, results that wait to be registered.
///
/// All state is in the database. If this process dies at any point, the next one goes on: a claim that still lives
/// keeps its worker, one that has run out goes back to the queue, and the job goes on from its newest checkpoint.
public final class Orchestrator {
    private static final Logger LOG = System.getLogger(Orchestrator.class.getName());
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration JOIN = Duration.ofSeconds(10);
    private static final int ROUND_MAX = 100;

    private final Jobs jobs;
    private final Leases leases;
    private final JobBook book;
    private final JobBell bell;
    private final Runner runner;
    private final Preparation preparation;
    private final Registration registration;
    private final Setbacks setbacks;
    private final Limits limits;
    private volatile boolean running;
    private @Nullable Thread taker;
    private @Nullable Thread watcher;

    /// How many workers, how long a claim lives, how long a failed preparation waits.
    record Limits(int workersMax, Duration ttl, Duration retryDelay) {}

    /// The three parts of carrying out a job.
    record Parts(Runner runner, Preparation preparation, Registration registration, Setbacks setbacks) {}

    Orchestrator(Jobs jobs, Leases leases, JobBook book, Parts parts, Limits limits) {
        this.jobs = jobs;
        this.leases = leases;
        this.book = book;
        this.bell = book.bell();
        this.runner = parts.runner();
        this.preparation = parts.preparation();
        this.registration = parts.registration();
        this.setbacks = parts.setbacks();
        this.limits = limits;
    }

    /// Thrown through a preparation to stop it: the claim is lost, or the service stops.
    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Stopped() {
            super("stopped", null, false, false);
        }
    }

    public void start() {
        running = true;
        taker = Thread.ofVirtual().name("job-taker").start(() -> loop("take", this::take));
        watcher = Thread.ofVirtual().name("job-watcher").start(() -> loop("watch", this::watch));
    }

    /// Takes nothing more, ends this service's workers, and puts their jobs back into the queue without blame.
    public void stop() throws InterruptedException {
        running = false;
        bell.ring();
        for (Thread loop : new Thread[] {taker, watcher}) {
            if (loop != null) {
                loop.join(JOIN);
            }
        }
        for (Job job : leases.in("RUNNING", ROUND_MAX)) {
            if (runner.knows(job.claim().worker())) {
                runner.stop(job.claim().worker());
                book.acts().unit().run(() -> {
                    same(job).ifPresent(setbacks::release);
                });
            }
        }
    }

    private void loop(String name, Runnable round) {
        while (running) {
            long seen = bell.count();
            try {
                round.run();
            } catch (RuntimeException e) {
                LOG.log(Logger.Level.WARNING, "round '" + name + "' of the orchestrator failed; it is tried again", e);
            }
            try {
                bell.awaitAtMost(seen, LOOK_EVERY);
            } catch (InterruptedException _) {
                return;
            }
        }
    }

    private void take() {
        while (running && workers() < limits.workersMax()) {
            Optional<Lease> claim = book.acts().unit().run(this::claim);
            if (claim.isEmpty()) {
                return;
            }
            carryOut(claim.get());
        }
    }

    private long workers() {
        return leases.in("RUNNING", ROUND_MAX).stream()
                .filter(job -> runner.knows(job.claim().worker()))
                .count();
    }

    private Optional<Lease> claim() {
        Optional<Job> next = leases.next();
        if (next.isEmpty() || !(next.get().state() instanceof JobState.Queued queued)) {
            return Optional.empty();
        }
        Job job = next.get();
        Lease lease = Lease.draw(job.name(), job.claim().fence() + 1);
        book.move(
                JobBook.self(job),
                job.claimed(job.claim().fenced(lease.fence())),
                queued.prepare(),
                JobBook.Note.EMPTY);
        leases.grant(lease, limits.ttl());
        return Optional.of(lease);
    }

    private void carryOut(Lease lease) {
        Job job = jobs.find(lease.job()).orElseThrow();
        try {
            ModelVersion base = preparation.base(job.submission().plan());
            Map<String, Assignment.Material> materials =
                    preparation.materials(job, base, () -> requirePreparing(lease));
            Optional<Assignment> assignment = book.acts().unit().run(() -> assign(lease, base, materials));
            assignment.ifPresent(this::start);
        } catch (Stopped _) {
            book.acts().unit().run(() -> {
                stillPreparing(lease).ifPresent(setbacks::release);
            });
        } catch (FaultException e) {
            Failure why = new Failure(e.fault().reason(), e.fault().message());
            LOG.log(Logger.Level.WARNING, "{0} cannot be prepared: {1}", lease.job(), e.getMessage());
            giveBack(lease, why, e.fault().passing());
        } catch (RuntimeException e) {
            LOG.log(Logger.Level.WARNING, lease.job() + " cannot be prepared", e);
            giveBack(lease, new Failure("PREPARATION_FAILED", "its data could not be prepared"), true);
        }
    }

    private void requirePreparing(Lease lease) {
        if (!running || !book.acts().unit().run(() -> leases.hold(lease, "PREPARING", limits.ttl()))) {
            throw new Stopped();
        }
    }

    private Optional<Assignment> assign(Lease prepared, ModelVersion base, Map<String, Assignment.Material> materials) {
        Optional<Job> locked = stillPreparing(prepared);
        if (locked.isEmpty() || !(locked.get().state() instanceof JobState.Preparing preparing)) {
            return Optional.empty();
        }
        Job job = locked.get();
        Lease lease = Lease.draw(job.name(), job.claim().fence() + 1);
        Job.Claim claim = job.claim()
                .fenced(lease.fence())
                .tried(job.claim().attempts() + 1, 0)
                .by("");
        book.move(
                JobBook.self(job),
                job.claimed(claim),
                preparing.run(),
                JobBook.Note.of("attempt", Integer.toString(claim.attempts()))
                        .with(
                                "from_step",
                                claim.checkpoint()
                                        .map(point -> Long.toString(point.step()))
                                        .orElse("0")));
        leases.grant(lease, limits.ttl());
        return Optional.of(
                new Assignment(lease, job.submission().plan(), base.digest(), materials, claim.checkpoint()));
    }

    private void start(Assignment assignment) {
        Lease lease = assignment.lease();
        try {
            String worker = runner.start(assignment);
            book.acts().unit().run(() -> {
                ours(lease).ifPresent(job -> jobs.save(job.claimed(job.claim().by(worker))));
            });
        } catch (UncheckedIOException e) {
            LOG.log(Logger.Level.WARNING, "no worker for " + lease.job(), e);
            book.acts().unit().run(() -> {
                ours(lease)
                        .ifPresent(job -> setbacks.setBack(
                                job, new Failure("WORKER_NOT_STARTED", "the worker could not be started")));
            });
        }
    }

    private void giveBack(Lease lease, Failure why, boolean again) {
        book.acts().unit().run(() -> {
            stillPreparing(lease).ifPresent(job -> {
                if (again) {
                    setbacks.setBack(job, why);
                    leases.delay(job.name(), limits.retryDelay());
                } else {
                    setbacks.fail(job, why);
                }
            });
        });
    }

    private void watch() {
        for (String name : leases.expired(ROUND_MAX)) {
            book.acts().unit().run(() -> {
                jobs.lock(name)
                        .filter(_ -> leases.expired(ROUND_MAX).contains(name))
                        .ifPresent(job -> setbacks.setBack(
                                job, new Failure("LEASE_EXPIRED", "no sign of life within " + limits.ttl())));
            });
        }
        for (Job job : leases.in("RUNNING", ROUND_MAX)) {
            String worker = job.claim().worker();
            Optional<String> end = runner.knows(worker) ? runner.ended(worker) : Optional.empty();
            end.ifPresent(how -> book.acts().unit().run(() -> {
                same(job).ifPresent(found -> setbacks.setBack(found, new Failure("WORKER_LOST", how)));
            }));
        }
        List<Job> evaluating = leases.in("EVALUATING", ROUND_MAX);
        for (Job job : evaluating) {
            if (running) {
                registration.register(job);
            }
        }
    }

    /// The job, locked, if it still runs under the same claim.
    private Optional<Job> same(Job seen) {
        return jobs.lock(seen.name())
                .filter(job -> job.state() instanceof JobState.Running
                        && job.claim().fence() == seen.claim().fence());
    }

    private Optional<Job> stillPreparing(Lease lease) {
        return jobs.lock(lease.job())
                .filter(job ->
                        job.state() instanceof JobState.Preparing && job.claim().fence() == lease.fence());
    }

    private Optional<Job> ours(Lease lease) {
        return jobs.lock(lease.job())
                .filter(job ->
                        job.state() instanceof JobState.Running && job.claim().fence() == lease.fence());
    }
}
