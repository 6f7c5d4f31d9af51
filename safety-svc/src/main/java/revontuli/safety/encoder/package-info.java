/// A classifier of one's own: a Hugging Face sequence classifier from a directory, safetensors or ONNX, read and
/// computed here in plain Java.
/// Deciding what its scores lead to does not belong here.
@NullMarked
package revontuli.safety.encoder;

import org.jspecify.annotations.NullMarked;
