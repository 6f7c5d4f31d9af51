package revontuli.trainer.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
import revontuli.platform.artifact.ArtifactStore;
import revontuli.platform.audit.AuditEntry;
import revontuli.platform.caller.Caller;
import revontuli.platform.fault.Fault;
import revontuli.trainer.record.Acts;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.Json;

/// Brings bytes into the artifact store and records who brought them.
public final class Uploads {
    private final ArtifactStore artifacts;
    private final Acts acts;

    public Uploads(ArtifactStore artifacts, Acts acts) {
        this.artifacts = artifacts;
        this.acts = acts;
    }

    public record Stored(Digest digest, long bytes) {}

    /// Reads the stream to its end. Where other bytes came than were expected they are refused, and nothing refers to
    /// them.
    public Stored store(Caller caller, Optional<Digest> expected, InputStream bytes) throws IOException {
        acts.admission().requireRoom();
        Digest digest = artifacts.put(bytes);
        if (expected.isPresent() && !expected.get().equals(digest)) {
            throw new Fault.Invalid(
                            "DIGEST_MISMATCH",
                            "digest: the bytes are " + digest + ", not " + expected.get() + ": send them again",
                            Map.of(
                                    "field",
                                    "digest",
                                    "expected",
                                    expected.get().toString(),
                                    "found",
                                    digest.toString()))
                    .toException();
        }
        long size = Files.size(artifacts.path(digest));
        acts.unit().run(() -> acts.audit()
                .append(AuditEntry.of(caller, "artifact.uploaded", "artifacts/" + digest.hex(), acts.now())
                        .digest("artifact", digest)
                        .fact("byte_count", Json.number(size))));
        return new Stored(digest, size);
    }
}
