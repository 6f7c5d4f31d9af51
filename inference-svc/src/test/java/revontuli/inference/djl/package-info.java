/// The engine's room under test.
@NullMarked
package revontuli.inference.djl;

import org.jspecify.annotations.NullMarked;
