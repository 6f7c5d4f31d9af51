/// tokenizer-svc: text to token ids and back, tokenizers as contracts.
@NullMarked
package revontuli.tokenizer;

import org.jspecify.annotations.NullMarked;
