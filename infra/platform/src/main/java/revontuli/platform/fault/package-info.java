/// Reasons a caller can act on. Knows no transport.
@NullMarked
package revontuli.platform.fault;

import org.jspecify.annotations.NullMarked;
