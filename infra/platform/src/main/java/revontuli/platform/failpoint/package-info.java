/// Named points at which a test lets things go wrong, and seeded bugs that tests must catch. In a production profile
/// nothing here can be switched on.
@NullMarked
package revontuli.platform.failpoint;

import org.jspecify.annotations.NullMarked;
