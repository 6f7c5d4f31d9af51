/// Tests of counting.
@NullMarked
package revontuli.tokenizer.fertility;

import org.jspecify.annotations.NullMarked;
