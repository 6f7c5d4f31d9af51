package revontuli.trainer.store;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import revontuli.platform.caller.Caller;
import revontuli.platform.caller.Role;
import revontuli.trainer.job.Job;
import revontuli.trainer.job.Jobs;
import revontuli.trainer.job.PlanText;
import revontuli.trainer.run.Lease;
import revontuli.trainer.run.Leases;
import revontuli.transparency.json.CanonicalJson;

@ApplicationScoped
class PanacheJobs implements Jobs, Leases, PanacheRepositoryBase<JobRow, String> {

    @Override
    @Transactional
    public Optional<Job> find(String name) {
        return findByIdOptional(name).map(JobRow::toJob);
    }

    @Override
    @Transactional
    public Optional<Job> lock(String name) {
        return locked(name).map(JobRow::toJob);
    }

    @Override
    @Transactional
    public boolean insert(Job job) {
        return getEntityManager()
                        .createNativeQuery("""
                        insert into job (name, tenant, submitter, priority, plan, plan_digest, state, create_time, update_time)
                        values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8) on conflict do nothing""")
                        .setParameter(1, job.name())
                        .setParameter(2, job.submission().tenant())
                        .setParameter(3, job.submission().submitter())
                        .setParameter(4, job.submission().plan().priority())
                        .setParameter(
                                5,
                                CanonicalJson.text(
                                        PlanText.fields(job.submission().plan())))
                        .setParameter(6, job.submission().planDigest().toString())
                        .setParameter(7, job.state().word())
                        .setParameter(8, job.submission().createTime())
                        .executeUpdate()
                == 1;
    }

    @Override
    @Transactional
    public void save(Job job) {
        findById(job.name()).take(job);
        getEntityManager().flush();
    }

    @Override
    @Transactional
    public long open(String tenant) {
        getEntityManager()
                .createNativeQuery("select 1 from pg_advisory_xact_lock(hashtextextended(?1, 2))")
                .setParameter(1, tenant)
                .getSingleResult();
        return count("tenant = ?1 and state not in ('SUCCEEDED', 'FAILED', 'CANCELLED')", tenant);
    }

    @Override
    @Transactional
    public List<Placed> page(Caller caller, long before, int size) {
        boolean all = caller.has(Role.AUDITOR) || caller.has(Role.SERVICE);
        return find(
                        "(?1 = 0L or position < ?1) and (?2 = true or tenant = ?3) order by position desc",
                        before,
                        all,
                        caller.tenant())
                .page(0, size)
                .<JobRow>list()
                .stream()
                .map(row -> new Placed(row.toJob(), row.position))
                .toList();
    }

    @Override
    @Transactional
    public Optional<Job> next() {
        List<?> names = getEntityManager().createNativeQuery("""
                        select name from job
                        where state = 'QUEUED' and (not_before is null or not_before <= clock_timestamp())
                        order by priority desc, position limit 1 for update skip locked""", String.class).getResultList();
        return names.isEmpty() ? Optional.empty() : lock((String) names.getFirst());
    }

    @Override
    @Transactional
    public void grant(Lease lease, Duration ttl) {
        getEntityManager()
                .createNativeQuery("""
                        update job set secret_hash = ?3,
                            lease_until = clock_timestamp() + make_interval(secs => cast(?4 as double precision))
                        where name = ?1 and fence = ?2""")
                .setParameter(1, lease.job())
                .setParameter(2, lease.fence())
                .setParameter(3, lease.secretHash())
                .setParameter(4, seconds(ttl))
                .executeUpdate();
    }

    @Override
    @Transactional
    public boolean hold(Lease lease, String state, Duration ttl) {
        return getEntityManager()
                        .createNativeQuery("""
                        update job set lease_until =
                            clock_timestamp() + make_interval(secs => cast(?5 as double precision))
                        where name = ?1 and fence = ?2 and secret_hash = ?3 and state = ?4""")
                        .setParameter(1, lease.job())
                        .setParameter(2, lease.fence())
                        .setParameter(3, lease.secretHash())
                        .setParameter(4, state)
                        .setParameter(5, seconds(ttl))
                        .executeUpdate()
                == 1;
    }

    @Override
    @Transactional
    public boolean newest(Lease lease) {
        Number count = (Number) getEntityManager()
                .createNativeQuery("select count(*) from job where name = ?1 and fence = ?2 and secret_hash = ?3")
                .setParameter(1, lease.job())
                .setParameter(2, lease.fence())
                .setParameter(3, lease.secretHash())
                .getSingleResult();
        return count.intValue() == 1;
    }

    @Override
    @Transactional
    public List<String> expired(int max) {
        List<?> names = getEntityManager()
                .createNativeQuery("""
                        select name from job
                        where state in ('PREPARING', 'RUNNING') and lease_until < clock_timestamp() order by name""", String.class)
                .setMaxResults(max)
                .getResultList();
        return names.stream().map(String.class::cast).toList();
    }

    @Override
    @Transactional
    public List<Job> in(String state, int max) {
        return find("state = ?1 order by position", state).page(0, max).<JobRow>list().stream()
                .map(JobRow::toJob)
                .toList();
    }

    @Override
    @Transactional
    public void delay(String job, Duration wait) {
        getEntityManager()
                .createNativeQuery("""
                        update job set not_before =
                            clock_timestamp() + make_interval(secs => cast(?2 as double precision))
                        where name = ?1""")
                .setParameter(1, job)
                .setParameter(2, seconds(wait))
                .executeUpdate();
    }

    @Override
    @Transactional
    public boolean progressDue(String job, Duration every) {
        return getEntityManager()
                        .createNativeQuery("""
                        update job set progress_event_time = clock_timestamp()
                        where name = ?1 and (progress_event_time is null or progress_event_time <
                            clock_timestamp() - make_interval(secs => cast(?2 as double precision)))""")
                        .setParameter(1, job)
                        .setParameter(2, seconds(every))
                        .executeUpdate()
                == 1;
    }

    private Optional<JobRow> locked(String name) {
        return findByIdOptional(name, LockModeType.PESSIMISTIC_WRITE).map(row -> {
            // the row may have been read in this unit before it was locked
            getEntityManager().refresh(row);
            return row;
        });
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
