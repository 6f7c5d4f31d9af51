/// Which tokenizers exist: names, digests, special tokens. No encoding here.
@NullMarked
package revontuli.tokenizer.vocabulary;

import org.jspecify.annotations.NullMarked;
