package revontuli.platform.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import revontuli.transparency.crypto.Digest;

/// Content-addressed bytes: what is put in is found by its digest and never changes.
public interface ArtifactStore {
    /// Copies the stream in, hashing the bytes as they are copied. After it returns they are on disk under their
    /// digest.
    Digest put(InputStream bytes) throws IOException;

    /// True when the bytes are here, whole.
    boolean has(Digest digest);

    /// Where the bytes lie, read-only; a fault NO_SUCH_ARTIFACT when they do not.
    Path path(Digest digest);

    /// Exact bytes of a small artifact, checked against their digest; a fault ARTIFACT_TOO_LARGE over the limit.
    byte[] read(Digest digest, int bytesMax);
}
