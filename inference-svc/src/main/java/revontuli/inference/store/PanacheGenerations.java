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
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import revontuli.inference.generate.Generation;
import revontuli.inference.generate.Generations;
import revontuli.platform.PlatformConfig;

/// Generations in table `generation`. `run` tells this run of the instance from earlier ones, whose open rows are
/// orphans; rows of other instances are never touched.
@ApplicationScoped
class PanacheGenerations implements Generations, PanacheRepositoryBase<PanacheGenerations.Row, String> {
    private final String instance;
    private final String run = UUID.randomUUID().toString();

    PanacheGenerations(PlatformConfig config) {
        this.instance = config.instance();
    }

    @Override
    @Transactional
    public void add(Generation generation, State state, Instant time) {
        Row row = new Row();
        row.name = generation.name();
        row.tenant = generation.caller().tenant();
        row.principal = generation.caller().principal();
        row.model = generation.model().name().toString();
        row.modelDigest = generation.model().identity().digest("model").toString();
        row.requestId = generation.request().requestId();
        row.state = state.text();
        row.instance = instance;
        row.run = run;
        row.beginTime = generation.begin();
        row.endTime = state == State.ADMITTED ? null : time;
        persist(row);
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
        String model;

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
