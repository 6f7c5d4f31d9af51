package revontuli.safety.store;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import revontuli.safety.ledger.LedgerRecord;
import revontuli.safety.ledger.RecordFilter;
import revontuli.safety.ledger.Records;

/// Records behind the database's row-level security: each question is asked under the tenant's name, which lasts no
/// longer than the question.
final class TenantRecords implements Records {
    private static final String SCOPE = "select set_config('revontuli.tenant', ?, true)";
    private static final String SCOPE_NOW = "select coalesce(current_setting('revontuli.tenant', true), '') as tenant";

    private final Records records;
    private final Database database;
    private final String tenant;

    TenantRecords(Records records, Database database, String tenant) {
        if (tenant.isEmpty()) {
            throw new IllegalArgumentException("the empty name would see every tenant's records");
        }
        this.records = records;
        this.database = database;
        this.tenant = tenant;
    }

    @Override
    public Records ofTenant(String other) {
        if (!other.equals(tenant)) {
            throw new IllegalArgumentException("records of one tenant hold none of another");
        }
        return this;
    }

    @Override
    public Optional<LedgerRecord> find(long index) {
        return scoped(() -> records.find(index));
    }

    @Override
    public Listing list(RecordFilter filter, Range range) {
        return scoped(() -> records.list(filter, range));
    }

    @Override
    public Optional<LedgerRecord> firstNaming(String action, String role, String digest) {
        return scoped(() -> records.firstNaming(action, role, digest));
    }

    private <T> T scoped(Supplier<T> question) {
        set(tenant);
        T answer = question.get(); // after a failure the unit of work ends, and the tenant's name with it
        set("");
        return answer;
    }

    private void set(String name) {
        database.query(SCOPE, row -> name, List.of(name));
        String now = database.find(SCOPE_NOW, row -> row.getString("tenant")).orElse("");
        if (!now.equals(name)) {
            throw new IllegalStateException("a tenant's records are read inside a unit of work only");
        }
    }
}
