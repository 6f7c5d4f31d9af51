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
import revontuli.safety.moderate.PolicyVersion;
import revontuli.safety.moderate.PolicyVersions;
import revontuli.safety.policy.PolicyName;

/// Versions in the table `policy_version`; rows are added and never changed.
@ApplicationScoped
class PanachePolicyVersions implements PolicyVersions, PanacheRepositoryBase<PanachePolicyVersions.Row, Long> {
    @Override
    public Optional<PolicyVersion> find(String policy, int version) {
        return find("policy = ?1 and version = ?2", policy, version)
                .firstResultOptional()
                .map(Row::toVersion);
    }

    @Override
    public List<PolicyVersion> list(long before, int count) {
        return find("position < ?1", Sort.descending("position"), before).page(Page.ofSize(count)).list().stream()
                .map(Row::toVersion)
                .toList();
    }

    @Override
    public void add(PolicyName name, byte[] yaml, Instant time) {
        Row row = new Row();
        row.policy = name.policy();
        row.version = name.version();
        row.digest = name.digest();
        row.yaml = yaml;
        row.createTime = time;
        persist(row);
    }

    @Entity(name = "policy_version")
    @Table(name = "policy_version")
    static class Row {
        @Id
        @GeneratedValue(strategy = GenerationType.IDENTITY)
        Long position;

        String policy;

        int version;

        String digest;

        byte[] yaml;

        @Column(name = "create_time")
        Instant createTime;

        PolicyVersion toVersion() {
            return new PolicyVersion(position, new PolicyName(policy, version, digest), yaml, createTime);
        }
    }
}
