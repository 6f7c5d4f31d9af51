/// How a service starts and stops: what must hold before it serves, and what is drained before the database closes.
@NullMarked
package revontuli.platform.lifecycle;

import org.jspecify.annotations.NullMarked;
