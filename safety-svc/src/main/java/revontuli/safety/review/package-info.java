/// What a person must still say of a text that was refused for review: the queue, the decisions, who made them.
/// Judging a text does not belong here.
@NullMarked
package revontuli.safety.review;

import org.jspecify.annotations.NullMarked;
