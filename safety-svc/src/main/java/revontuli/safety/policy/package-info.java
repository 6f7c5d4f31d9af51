/// What is forbidden, how sure one must be, and what is done then: versioned data with a digest.
/// Finding anything in a text does not belong here.
@NullMarked
package revontuli.safety.policy;

import org.jspecify.annotations.NullMarked;
