/// The language model on DJL: checkpoints in, logits and gradients out. Inference and training share this room.
///
/// It reads and writes checkpoints in the Hugging Face layout, runs the forward pass over KV slots, samples, and
/// trains. It speaks token ids, floats, paths and plain records: no DJL type leaves the package. Text, tokenizers,
/// queues, transports, promotion and moderation do not belong here, nor does anything that knows a framework.
@NullMarked
package revontuli.causallm;

import org.jspecify.annotations.NullMarked;
