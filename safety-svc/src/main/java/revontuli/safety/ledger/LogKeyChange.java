package revontuli.safety.ledger;

import java.time.InstantSource;
import java.util.Map;
import revontuli.platform.audit.Audit;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.tx.UnitOfWork;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.export.KeyRotation;
import revontuli.transparency.json.Json;

/// Lets the log go on with another key: in the open, or not at all.
public final class LogKeyChange {
    private final LogKey key;
    private final LogKeyBook book;
    private final Audit audit;
    private final UnitOfWork unit;
    private final InstantSource clock;

    public LogKeyChange(LogKey key, LogKeyBook book, Audit audit, UnitOfWork unit, InstantSource clock) {
        this.key = key;
        this.book = book;
        this.audit = audit;
        this.unit = unit;
        this.clock = clock;
    }

    /// Called at the start. A key that the log does not know is announced by a record that the one before has signed;
    /// without that one the service does not start.
    public void open(Caller service) {
        unit.run(() -> {
            VerifyingKey own = key.newest();
            VerifyingKey last = book.newest().orElseGet(() -> {
                VerifyingKey first = key.before().orElse(own);
                book.enter(first, clock.instant());
                return first;
            });
            if (own.equals(last)) {
                return;
            }
            if (key.before().filter(last::equals).isEmpty()) {
                throw new IllegalStateException("revontuli.safety.ledger.log-key-file: the log has signed with the key "
                        + last.kid() + " and not with " + own.kid()
                        + "; give that key's file as revontuli.safety.ledger.previous-log-key-file, so that the change is"
                        + " announced in the log");
            }
            book.enter(own, clock.instant());
            AuditEntry entry = AuditEntry.of(service, KeyRotation.ACTION, "logKeys/" + own.kid(), clock.instant());
            for (Map.Entry<String, Json> fact : key.rotation().members().entrySet()) {
                entry = entry.fact(fact.getKey(), fact.getValue());
            }
            audit.append(entry);
        });
    }
}
