/// The port to what computes: token ids in, logits out. Text, tokenizers, queues and libraries do not belong here.
@NullMarked
package revontuli.inference.engine;

import org.jspecify.annotations.NullMarked;
