/// Engine and tokenizer on DJL. No type of that library leaves this room.
@NullMarked
package revontuli.inference.djl;

import org.jspecify.annotations.NullMarked;
