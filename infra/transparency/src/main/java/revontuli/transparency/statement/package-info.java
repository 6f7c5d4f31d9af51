/// What people sign: that a model may be served. Statements, their signatures, and the rule when they count.
///
/// Does not belong here: where keys come from, and revocation, which is a later statement about this one.
@NullMarked
package revontuli.transparency.statement;

import org.jspecify.annotations.NullMarked;
