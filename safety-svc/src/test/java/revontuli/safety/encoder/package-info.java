/// The room under test.
@NullMarked
package revontuli.safety.encoder;

import org.jspecify.annotations.NullMarked;
