package revontuli.inference.model;

import revontuli.inference.engine.Engine;

/// What was loaded from the files of a version.
public record OpenedModel(Engine engine, TextCodec codec) {
    void close() {
        try {
            engine.close();
        } finally {
            codec.close();
        }
    }
}
