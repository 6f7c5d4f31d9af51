package revontuli.inference.store;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Page;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import revontuli.inference.generate.Generation;
import revontuli.inference.generate.Generations;
import revontuli.platform.PlatformConfig;
import revontuli.platform.tx.LastWrites;

/// Generations in table `generation`. `run` tells this run of the instance from earlier ones, whose open rows are
/// orphans; rows of other instances are never touched.
@ApplicationScoped
class PanacheGenerations implements Generations, PanacheRepositoryBase<PanacheGenerations.Row, String> {
    /// The row goes to the database with its record, right before the commit: a generation waits for one round trip
    // less.
    private static final String BEGUN = """
            insert into generation
                (name, tenant, principal, model, model_digest, request_id, state, instance, run, begin_time)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    /// One that has ended where it began.
    private static final String ENDED = """
            insert into generation
                (name, tenant, principal, model, model_digest, request_id, state, instance, run, begin_time, end_time)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private final LastWrites last;
    private final String instance;
    private final String run = UUID.randomUUID().toString();

    PanacheGenerations(LastWrites last, PlatformConfig config) {
        this.last = last;
        this.instance = config.instance();
    }

    @Override
    @Transactional
    public void add(Generation generation, State state, Instant time) {
        List<Object> row = new ArrayList<>(List.of(
                generation.name(),
                generation.caller().tenant(),
                generation.caller().principal(),
                generation.model().name().toString(),
                generation.model().identity().digest("model").toString(),
                generation.request().requestId(),
                state.text(),
                instance,
                run,
                generation.begin().atOffset(ZoneOffset.UTC)));
        if (state == State.ADMITTED) {
            last.add(BEGUN, row.toArray());
        } else {
            row.add(time.atOffset(ZoneOffset.UTC));
            last.add(ENDED, row.toArray());
        }
    }

    @Override
    @Transactional
    public boolean end(String name, State state, Instant time) {
        return update(
                        "state = ?1, endTime = ?2 where name = ?3 and state = ?4",
                        state.text(),
                        time,
                        name,
                        State.ADMITTED.text())
                == 1;
    }

    @Override
    @Transactional
    public List<Orphan> orphans(int max) {
        return find(
                        "state = ?1 and instance = ?2 and run <> ?3 order by beginTime",
                        State.ADMITTED.text(),
                        instance,
                        run)
                .page(Page.ofSize(max))
                .list()
                .stream()
                .map(row -> new Orphan(row.name, row.principal, row.tenant, row.requestId, row.modelDigest))
                .toList();
    }

    @Entity(name = "generation")
    @Table(name = "generation")
    static class Row {
        @Id
        String name;

        String tenant;
        String principal;

        @Column(name = "model_digest")
        String modelDigest;

        @Column(name = "request_id")
        String requestId;

        String state;
        String instance;
        String run;

        @Column(name = "begin_time")
        Instant beginTime;

        @Column(name = "end_time")
        @Nullable
        Instant endTime;
    }
}
