/// safety-svc: what may be said by which policy, and what happened, on record.
@NullMarked
package revontuli.safety;

import org.jspecify.annotations.NullMarked;
