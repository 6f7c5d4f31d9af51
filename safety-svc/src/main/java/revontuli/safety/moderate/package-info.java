/// Verdicts as acts: text is judged by the policy in force, committed to where asked, and the verdict is recorded, all
/// before anybody hears of it.
///
/// Does not belong here: how a verdict comes about (`screen`), and transport.
@NullMarked
package revontuli.safety.moderate;

import org.jspecify.annotations.NullMarked;
