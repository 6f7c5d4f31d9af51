/// Postgres behind the ports of the features. Rows never leave this room.
@NullMarked
package revontuli.trainer.store;

import org.jspecify.annotations.NullMarked;
