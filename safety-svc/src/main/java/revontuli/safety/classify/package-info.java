/// A small linear model of harm in five languages: the features of a text, the weights that ship with the suite, and
/// how they are learned. Pure Java and exact integer sums, so a text has the same score on every machine.
///
/// Does not belong here: what is done about a score (`policy`), and where texts come from.
@NullMarked
package revontuli.safety.classify;

import org.jspecify.annotations.NullMarked;
