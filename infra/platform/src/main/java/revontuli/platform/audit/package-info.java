/// Audit records: written with the change, sealed by the source, sent by the outbox.
@NullMarked
package revontuli.platform.audit;

import org.jspecify.annotations.NullMarked;
