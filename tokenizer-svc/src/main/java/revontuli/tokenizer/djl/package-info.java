/// Tokenizers of the Hugging Face library through DJL. No other room knows that library.
@NullMarked
package revontuli.tokenizer.djl;

import org.jspecify.annotations.NullMarked;
