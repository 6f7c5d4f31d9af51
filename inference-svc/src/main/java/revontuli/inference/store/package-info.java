/// The service's own tables behind the ports of its features.
@NullMarked
package revontuli.inference.store;

import org.jspecify.annotations.NullMarked;
