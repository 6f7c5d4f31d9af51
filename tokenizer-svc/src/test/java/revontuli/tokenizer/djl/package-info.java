/// Tests of what is read of a file, without the library.
@NullMarked
package revontuli.tokenizer.djl;

import org.jspecify.annotations.NullMarked;
