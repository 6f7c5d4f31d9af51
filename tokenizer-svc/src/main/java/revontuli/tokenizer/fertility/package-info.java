/// How many tokens a language costs. No files and no pictures here.
@NullMarked
package revontuli.tokenizer.fertility;

import org.jspecify.annotations.NullMarked;
