package revontuli.transparency.export;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.export.Verification.Reason;
import revontuli.transparency.record.AuditRecord;
import revontuli.transparency.record.SealedRecord;

/// Changes an export in thousands of ways; every change must be found, at the leaf where it can first be known.
///
/// Where an order of leaves could have happened just as well (leaves of different sources that do not depend on each
/// other were exchanged), no leaf is wrong in itself: then the root says so, and no index is claimed.
class MutationTest {
    private static final int MUTATIONS = Integer.getInteger("revontuli.mutations", 2_000);
    private static final long SEED = Long.getLong("revontuli.seed", 20_261_125);

    /// Off in the long campaign: then every signature is computed every time.
    private static final boolean REMEMBER_SIGNATURES = !Boolean.getBoolean("revontuli.forgetful");

    private enum Kind {
        FLIP_BIT,
        SET_BYTE,
        DELETE_BYTE,
        INSERT_BYTE,
        TRUNCATE_BYTES,
        EDIT_FIELD,
        DELETE_LEAF,
        REPEAT_LEAF,
        SWAP_LEAVES,
        TRUNCATE_LEAVES,
        FOREIGN_LEAF,
        FLIP_CHECKPOINT,
        FLIP_KEYS
    }

    private record Seen(VerifyingKey key, ByteBuffer message, ByteBuffer signature) {}

    private record Expected(Reason reason, long firstBad) {}

    private final Map<Seen, Boolean> remembered = new HashMap<>();
    private final TestLog log = TestLog.generated(SEED);
    private final List<SealedRecord> lines = log.leaves();

    @TempDir
    Path folder;

    private Random random = new Random(SEED);

    @BeforeEach
    void writeExport() throws IOException {
        log.write(folder);
    }

    @Test
    void everyMutationIsFoundAtTheRightLeaf() throws IOException {
        byte[] leaves = read(ExportFiles.LEAVES);
        byte[] checkpoint = read(ExportFiles.CHECKPOINT);
        byte[] keys = read(ExportFiles.KEYS);
        Map<Kind, Integer> done = new EnumMap<>(Kind.class);
        Map<Reason, Integer> found = new EnumMap<>(Reason.class);
        for (int i = 0; i < MUTATIONS; i++) {
            random = new Random((SEED + i) * 0x9E3779B97F4A7C15L); // neighbouring seeds would begin alike
            Kind kind = Kind.values()[random.nextInt(Kind.values().length)];

            if (kind == Kind.FLIP_CHECKPOINT || kind == Kind.FLIP_KEYS) {
                Files.write(folder.resolve(ExportFiles.LEAVES), leaves);
            }
            Expected expected = mutate(kind, leaves, checkpoint, keys);
            Verification verification = verify();

            assertThat(verification.ok())
                    .as("%s, seed %d: not found", kind, SEED + i)
                    .isFalse();
            assertThat(verification.firstBad())
                    .as("%s, seed %d: %s", kind, SEED + i, verification)
                    .isEqualTo(expected.firstBad());
            if (expected.reason() != Reason.OK) {
                assertThat(verification.reason())
                        .as("%s, seed %d", kind, SEED + i)
                        .isEqualTo(expected.reason());
            }
            done.merge(kind, 1, Integer::sum);
            found.merge(verification.reason(), 1, Integer::sum);
            switch (kind) { // leaves are written before each use
                case FLIP_CHECKPOINT -> Files.write(folder.resolve(ExportFiles.CHECKPOINT), checkpoint);
                case FLIP_KEYS -> Files.write(folder.resolve(ExportFiles.KEYS), keys);
                default -> {}
            }
        }
        Files.write(folder.resolve(ExportFiles.LEAVES), leaves);
        assertThat(verify().ok()).isTrue();
        assertThat(done).hasSize(Kind.values().length);
        System.out.println("mutations " + MUTATIONS + " of seed " + SEED + ": " + done + " found as " + found);
    }

    /// Reason `OK` stands for "any reason": which one depends on the bits that were hit.
    private Expected mutate(Kind kind, byte[] leaves, byte[] checkpoint, byte[] keys) throws IOException {
        return switch (kind) {
            case FLIP_BIT, SET_BYTE, DELETE_BYTE, INSERT_BYTE, TRUNCATE_BYTES -> changeBytes(kind, leaves);
            case EDIT_FIELD -> editField();
            case DELETE_LEAF -> {
                List<SealedRecord> changed = new ArrayList<>(lines);
                changed.remove(random.nextInt(lines.size()));
                yield write(changed);
            }
            case REPEAT_LEAF -> {
                List<SealedRecord> changed = new ArrayList<>(lines);
                changed.add(random.nextInt(lines.size() + 1), lines.get(random.nextInt(lines.size())));
                yield write(changed);
            }
            case SWAP_LEAVES -> {
                List<SealedRecord> changed = new ArrayList<>(lines);
                int first = random.nextInt(lines.size());
                int distance = random.nextBoolean() ? 1 : 1 + random.nextInt(lines.size() - 1);
                int second = (first + distance) % lines.size();
                Collections.swap(changed, first, second);
                yield write(changed);
            }
            case TRUNCATE_LEAVES -> write(lines.subList(0, random.nextInt(lines.size())));
            case FOREIGN_LEAF -> foreignLeaf();
            case FLIP_CHECKPOINT -> {
                flip(ExportFiles.CHECKPOINT, checkpoint);
                yield new Expected(Reason.OK, -1);
            }
            case FLIP_KEYS -> {
                flip(ExportFiles.KEYS, keys);
                yield new Expected(Reason.KEYS_DISAGREE, -1);
            }
        };
    }

    private Expected changeBytes(Kind kind, byte[] leaves) throws IOException {
        int at = random.nextInt(leaves.length);
        byte old = leaves[at];
        byte other = (byte) (old + 1 + random.nextInt(255));
        byte[] before = Arrays.copyOf(leaves, at);
        byte[] from = Arrays.copyOfRange(leaves, at, leaves.length);
        byte[] after = Arrays.copyOfRange(leaves, at + 1, leaves.length);
        long line = lineOf(leaves, at);
        byte[] changed =
                switch (kind) {
                    case FLIP_BIT -> join(before, new byte[] {(byte) (old ^ (1 << random.nextInt(8)))}, after);
                    case SET_BYTE -> join(before, new byte[] {other}, after);
                    case DELETE_BYTE -> join(before, after);
                    case INSERT_BYTE -> join(before, new byte[] {other}, from);
                    default -> before;
                };
        Files.write(folder.resolve(ExportFiles.LEAVES), changed);
        return new Expected(Reason.OK, line);
    }

    private Expected editField() throws IOException {
        int index = random.nextInt(lines.size());
        String leaf = new String(lines.get(index).leaf(), UTF_8);
        String edited =
                switch (random.nextInt(4)) {
                    case 0 -> leaf.replace("\"tenant\":\"demo\"", "\"tenant\":\"demo2\"");
                    case 1 -> leaf.replace("users/aino", "users/bibi");
                    case 2 -> leaf.replace("\"event_time\":\"2026", "\"event_time\":\"2025");
                    default -> leaf.replaceFirst("\"model\":\"sha256:..", "\"model\":\"sha256:00");
                };
        return replace(index, edited.getBytes(UTF_8));
    }

    /// A record that is right in every way, but signed by somebody else.
    private Expected foreignLeaf() throws IOException {
        int index = random.nextInt(lines.size());
        return replace(
                index,
                SealedRecord.seal(lines.get(index).record(), TestLog.keyOf(99)).leaf());
    }

    private Expected replace(int index, byte[] leaf) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < lines.size(); i++) {
            out.writeBytes(i == index ? leaf : lines.get(i).leaf());
            out.write('\n');
        }
        Files.write(folder.resolve(ExportFiles.LEAVES), out.toByteArray());
        return new Expected(Reason.BAD_SIGNATURE, index);
    }

    private void flip(String file, byte[] content) throws IOException {
        byte[] changed = content.clone();
        changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
        Files.write(folder.resolve(file), changed);
    }

    /// Writes whole leaves in another order or number, and says from the numbers alone what must be found.
    private Expected write(List<SealedRecord> changed) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Map<String, Long> last = new HashMap<>();
        long firstWrong = -1;
        for (int i = 0; i < changed.size(); i++) {
            out.writeBytes(changed.get(i).leaf());
            out.write('\n');
            AuditRecord record = changed.get(i).record();
            long before = last.getOrDefault(record.source(), 0L);
            if (firstWrong < 0 && record.number() != before + 1) {
                firstWrong = i;
            }
            last.put(record.source(), record.number());
        }
        Files.write(folder.resolve(ExportFiles.LEAVES), out.toByteArray());
        if (firstWrong >= 0) {
            return new Expected(Reason.OK, firstWrong);
        }
        return changed.size() < lines.size()
                ? new Expected(Reason.TRUNCATED, changed.size())
                : new Expected(Reason.ROOT_MISMATCH, -1);
    }

    private Verification verify() throws IOException {
        Sources.SignatureCheck check = REMEMBER_SIGNATURES
                ? (key, message, signature) -> remembered.computeIfAbsent(
                        new Seen(key, ByteBuffer.wrap(message), ByteBuffer.wrap(signature)),
                        _ -> key.verifies(message, signature))
                : VerifyingKey::verifies;
        return ExportVerifier.verify(
                folder, TestLog.KEY.verifyingKey(), check, new ExportVerifier.Room(1_000_000, 1_000_000));
    }

    private byte[] read(String file) throws IOException {
        return Files.readAllBytes(folder.resolve(file));
    }

    private static long lineOf(byte[] leaves, int at) {
        long line = 0;
        for (int i = 0; i < at; i++) {
            if (leaves[i] == '\n') {
                line++;
            }
        }
        return line;
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
