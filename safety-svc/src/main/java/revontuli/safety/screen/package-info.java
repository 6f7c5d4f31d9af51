/// One text and one policy in, one verdict out; whole, in bulk, or while the text still grows.
/// Transport, storage and review queues do not belong here.
@NullMarked
package revontuli.safety.screen;

import org.jspecify.annotations.NullMarked;
