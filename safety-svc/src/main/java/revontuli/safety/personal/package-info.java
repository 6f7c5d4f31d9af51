/// Personal data in a text, by format, checksum and context, and the placeholders that replace it.
/// Which kinds are tolerated is the policy, not decided here.
@NullMarked
package revontuli.safety.personal;

import org.jspecify.annotations.NullMarked;
