package revontuli.trainer.record;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import revontuli.platform.audit.Audit;
import revontuli.platform.event.Admission;
import revontuli.platform.tx.UnitOfWork;

/// What an act is done in (a unit of work), recorded by (the audit), and let in by (the admission of new work).
public record Acts(UnitOfWork unit, Audit audit, Admission admission, InstantSource clock) {
    /// Now, as exactly as the database keeps it.
    public Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }
}
