package revontuli.platform.audit;

/// Where features leave audit records, always inside the unit of work of the act itself.
///
/// | stage | true from here on | if the process dies here |
/// | --- | --- | --- |
/// | appended | in the same commit as the act | neither happened |
/// | sealed | has its number and signature in its source | the next run seals it in its own source |
/// | relayed | on the topic at least once, in order | sent again; the ledger drops the double |
/// | entered | has a ledger index no other record will ever get | the ledger goes on at its last index |
@FunctionalInterface
public interface Audit {
    void append(AuditEntry entry);
}
