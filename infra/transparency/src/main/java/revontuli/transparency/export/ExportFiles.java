package revontuli.transparency.export;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.stream.Collectors;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;

/// The files of an export, and the one form of the list of keys.
final class ExportFiles {
    /// One leaf per line, line i = index i, exact leaf bytes; where they were pruned, a [PrunedLeaf].
    static final String LEAVES = "leaves.jsonl";

    /// The signed note; written last, so that an export that was cut short has none.
    static final String CHECKPOINT = "checkpoint";

    /// The checkpoints that the log kept on the way, `{"note":"..."}` a line; may be missing.
    static final String CHECKPOINTS = "checkpoints.jsonl";

    /// For reading only: trust comes from the given log key and from the leaves.
    static final String KEYS = "keys.json";

    /// A folder of tables as they stood, [TableFiles]; may be missing.
    static final String TABLES = "tables";

    private ExportFiles() {}

    /// A source as the list of keys shows it.
    record SourceKey(String source, VerifyingKey key) {
        Json.Fields fields() {
            return Json.fields().with("source", source).with("kid", key.kid()).with("ed25519", key.base64());
        }
    }

    /// Composed entry by entry, since a long-lived log has more sources than one canonical JSON text may hold.
    static byte[] keys(String logName, VerifyingKey logKey, Collection<SourceKey> sources) {
        Json.Fields log = Json.fields().with("name", logName).with("ed25519", logKey.base64());
        String list = sources.stream()
                .map(source -> CanonicalJson.text(source.fields()))
                .collect(Collectors.joining(",\n", "", "\n"));
        return ("{\"log\":" + CanonicalJson.text(log) + ",\"sources\":[\n" + list + "]}\n")
                .getBytes(StandardCharsets.UTF_8);
    }
}
