/// The room under test.
@NullMarked
package revontuli.inference.generate;

import org.jspecify.annotations.NullMarked;
