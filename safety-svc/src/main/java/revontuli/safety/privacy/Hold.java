package revontuli.safety.privacy;

import java.time.Instant;
import java.util.Optional;

/// A legal hold: while it lasts, nothing about these subjects is destroyed.
///
/// @param name `holds/{hold}`
/// @param tenant whose subjects
/// @param subject one subject, or empty for all of the tenant
public record Hold(
        String name, String tenant, String subject, String reason, Instant placed, Optional<Instant> released) {}
