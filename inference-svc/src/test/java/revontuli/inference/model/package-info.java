/// The room under test.
@NullMarked
package revontuli.inference.model;

import org.jspecify.annotations.NullMarked;
