/// Evidence that outlives the suite: the command that an auditor runs, on the rooms below it.
///
/// Does not belong here: anything that needs a database, a network, or more than the JDK and one signature library.
@NullMarked
package revontuli.transparency;

import org.jspecify.annotations.NullMarked;
