/// Text to ids and back, counts and offsets, by a [Codec]. No transport, no library.
@NullMarked
package revontuli.tokenizer.encode;

import org.jspecify.annotations.NullMarked;
