/// What clients were told against what a log holds: nothing lost, nothing doubled, nothing out of order.
///
/// Does not belong here: how acts are done, and how faults are made.
@NullMarked
package revontuli.transparency.history;

import org.jspecify.annotations.NullMarked;
