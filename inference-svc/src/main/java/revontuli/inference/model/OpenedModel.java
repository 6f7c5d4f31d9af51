package revontuli.inference.model;

import java.util.Optional;
import revontuli.inference.engine.Engine;
import revontuli.transparency.crypto.Digest;

/// What was loaded from the files of a version.
///
/// @param packed digest of the file of rounded weights that was read, or written on the way
public record OpenedModel(Engine engine, TextCodec codec, Optional<Digest> packed) {
    public OpenedModel(Engine engine, TextCodec codec) {
        this(engine, codec, Optional.empty());
    }

    void close() {
        try {
            engine.close();
        } finally {
            codec.close();
        }
    }
}
