/// The room under test.
@NullMarked
package revontuli.inference.admit;

import org.jspecify.annotations.NullMarked;
