/// What is known of a tokenizer, from all rooms together.
@NullMarked
package revontuli.tokenizer.describe;

import org.jspecify.annotations.NullMarked;
