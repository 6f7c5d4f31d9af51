package revontuli.safety.store;

import io.quarkus.hibernate.orm.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Page;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import revontuli.safety.moderate.PolicyOverride;
import revontuli.safety.moderate.PolicyOverrides;
import revontuli.safety.policy.OverrideName;

/// Overrides in the table `policy_override`; rows are added and never changed.
@ApplicationScoped
class PanachePolicyOverrides implements PolicyOverrides, PanacheRepositoryBase<PanachePolicyOverrides.Row, Long> {
    @Override
    public Optional<PolicyOverride> newest(String tenant) {
        return find("tenant = ?1", Sort.descending("position"), tenant)
                .firstResultOptional()
                .map(Row::toOverride);
    }

    @Override
    public List<PolicyOverride> after(long position, int count) {
        return find("position > ?1", Sort.ascending("position"), position).page(Page.ofSize(count)).list().stream()
                .map(Row::toOverride)
                .toList();
    }

    @Override
    public void add(OverrideName name, byte[] yaml, byte[] approval, String submitter, Instant time) {
        Row row = new Row();
        row.tenant = name.tenant();
        row.policy = name.policy();
        row.version = name.version();
        row.digest = name.digest();
        row.yaml = yaml;
        row.approval = approval;
        row.submitter = submitter;
        row.createTime = time;
        persist(row);
    }

    @Entity(name = "policy_override")
    @Table(name = "policy_override")
    static class Row {
        @Id
        @GeneratedValue(strategy = GenerationType.IDENTITY)
        Long position;

        String tenant;

        String policy;

        int version;

        String digest;

        byte[] yaml;

        byte[] approval;

        String submitter;

        @Column(name = "create_time")
        Instant createTime;

        PolicyOverride toOverride() {
            return new PolicyOverride(
                    position,
                    new OverrideName(policy, tenant, version, digest, false),
                    yaml,
                    approval,
                    submitter,
                    createTime);
        }
    }
}
