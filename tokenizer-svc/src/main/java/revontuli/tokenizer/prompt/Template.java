package revontuli.tokenizer.prompt;

import java.time.Instant;
import revontuli.platform.prompt.Frame;
import revontuli.transparency.crypto.Digest;

/// One version of a template. A version never changes.
///
/// @param digest of the frame's canonical JSON
/// @param tokenizer digest of the tokenizer it was registered for
public record Template(
        TemplateName name, int version, Digest digest, Digest tokenizer, Frame frame, Instant createTime) {}
