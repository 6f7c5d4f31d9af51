/// The training service: its settings and its wiring. Features and technology live in the rooms below.
@NullMarked
package revontuli.trainer;

import org.jspecify.annotations.NullMarked;
