/// Tests of encoding without a container.
@NullMarked
package revontuli.tokenizer.encode;

import org.jspecify.annotations.NullMarked;
