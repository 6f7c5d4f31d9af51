package revontuli.transparency.export;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.merkle.SignedNote;
import revontuli.transparency.record.AuditEvent;
import revontuli.transparency.record.SealedRecord;

/// The keys of one log: the one that the reader gave, and those to which the rotations in the log lead from it, forth
/// and back.
final class LogKeys {
    /// A leaf without these bytes is no rotation and is not read for one.
    private static final byte[] MARK =
            ("\"action\":\"" + KeyRotation.ACTION + "\"").getBytes(StandardCharsets.US_ASCII);

    private final Path leaves;
    private final String origin;
    private final VerifyingKey given;
    private @Nullable Set<VerifyingKey> keys;

    /// The leaves are read only if something is not signed by the given key. Whether they are whole is found out apart:
    /// a rotation counts by its signatures.
    LogKeys(Path leaves, String origin, VerifyingKey given) {
        this.leaves = leaves;
        this.origin = origin;
        this.given = given;
    }

    /// Which of the keys signed a note, the given one first.
    Optional<VerifyingKey> signerOf(SignedNote note) throws IOException {
        if (note.isSignedBy(origin, given)) {
            return Optional.of(given);
        }
        return all().stream().filter(key -> note.isSignedBy(origin, key)).findFirst();
    }

    private Set<VerifyingKey> all() throws IOException {
        Set<VerifyingKey> known = keys;
        if (known == null) {
            known = reachable(rotations(leaves, origin));
            keys = known;
        }
        return known;
    }

    private Set<VerifyingKey> reachable(List<KeyRotation> rotations) {
        Set<VerifyingKey> reached = new LinkedHashSet<>(Set.of(given));
        for (boolean grew = true; grew; ) {
            grew = false;
            for (KeyRotation rotation : rotations) {
                if (reached.contains(rotation.before())) {
                    grew |= reached.add(rotation.after());
                } else if (reached.contains(rotation.after())) {
                    grew |= reached.add(rotation.before());
                }
            }
        }
        return reached;
    }

    private static List<KeyRotation> rotations(Path leaves, String origin) throws IOException {
        List<KeyRotation> rotations = new ArrayList<>();
        try (LeafLines lines = new LeafLines(leaves)) {
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                if (holdsMark(line)) {
                    rotation(line)
                            .filter(found -> found.origin().equals(origin))
                            .ifPresent(rotations::add);
                }
            }
        } catch (BadExportException _) {
            // the verification itself says where the leaves cannot be read
        }
        return rotations;
    }

    private static Optional<KeyRotation> rotation(byte[] line) {
        try {
            AuditEvent event = SealedRecord.parse(line).record().event();
            return event.act().action().equals(KeyRotation.ACTION)
                    ? Optional.of(KeyRotation.parse(event.facts()))
                    : Optional.empty();
        } catch (MalformedException _) {
            return Optional.empty(); // signed by nobody who matters
        }
    }

    private static boolean holdsMark(byte[] line) {
        for (int at = 0; at + MARK.length <= line.length; at++) {
            int same = 0;
            while (same < MARK.length && line[at + same] == MARK[same]) {
                same++;
            }
            if (same == MARK.length) {
                return true;
            }
        }
        return false;
    }
}
