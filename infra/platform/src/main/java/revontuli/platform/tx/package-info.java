/// What commits together: the port that features see, and its one implementation on the transaction manager.
@NullMarked
package revontuli.platform.tx;

import org.jspecify.annotations.NullMarked;
