package revontuli.transparency.record;

import java.util.UUID;

/// What the rules that span several records ask of one: who says it, at which place, about what.
///
/// @param number within the source
public record LeafHead(String source, long number, String action, UUID id, String service, About about) {
    /// The subject with its number and states, as in [AuditEvent.Subject].
    public record About(String subject, long number, String stateBefore, String stateAfter) {}

    static LeafHead of(AuditRecord record) {
        AuditEvent event = record.event();
        AuditEvent.Subject subject = event.subject();
        return new LeafHead(
                record.source(),
                record.number(),
                event.act().action(),
                event.id(),
                event.writer().service(),
                new About(subject.name(), subject.number(), subject.stateBefore(), subject.stateAfter()));
    }
}
