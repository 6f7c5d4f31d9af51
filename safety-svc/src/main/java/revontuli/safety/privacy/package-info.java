/// What opens commitments, under keys that can be destroyed: data keys by subject, erasure, legal holds, retention.
///
/// Does not belong here: the texts, which are kept nowhere, and the log, which is never changed.
@NullMarked
package revontuli.safety.privacy;

import org.jspecify.annotations.NullMarked;
