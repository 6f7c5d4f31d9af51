package revontuli.safety.store;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import revontuli.safety.moderate.Commitments;
import revontuli.safety.moderate.Opening;

/// Openings of commitments in the table `commitment`.
@ApplicationScoped
class PanacheCommitments implements Commitments, PanacheRepositoryBase<PanacheCommitments.Row, String> {
    @Override
    public void keep(Opening opening, String tenant, String subject, Instant time) {
        Row row = new Row();
        row.commitment = opening.commitment().toString();
        row.salt = opening.salt();
        row.tenant = tenant;
        row.subject = subject;
        row.createTime = time;
        persist(row);
    }

    @Entity(name = "commitment")
    @Table(name = "commitment")
    static class Row {
        @Id
        String commitment;

        byte[] salt;

        String tenant;

        String subject;

        @Column(name = "create_time")
        Instant createTime;
    }
}
