/// The command line: what every verb shares, from the home folder to exit codes.
///
/// The embedded stack is in `stack`; the verbs that call an API and the demo have rooms of their own.
@NullMarked
package revontuli.cli;

import org.jspecify.annotations.NullMarked;
