/// Tokenizers of the byte-level BPE family, by the suite's own code.
@NullMarked
package revontuli.tokenizer.bpe;

import org.jspecify.annotations.NullMarked;
