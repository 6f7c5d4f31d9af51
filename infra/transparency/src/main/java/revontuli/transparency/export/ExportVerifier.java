package revontuli.transparency.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.export.Verification.Reason;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.merkle.Checkpoint;
import revontuli.transparency.merkle.MerkleTree;
import revontuli.transparency.merkle.SignedNote;
import revontuli.transparency.record.SealedRecord;

/// Verifies an export against the log's public key, offline and with bounded memory.
///
/// It stops at the first leaf that is wrong in itself. What only the whole log shows (a tail that was cut off, a
/// number that is nowhere, another root) is said after all leaves were found good.
public final class ExportVerifier {
    /// Subjects are followed in shares of about this many leaves; the leaves are read once per share.
    private static final long SHARE_LEAVES = 500_000;

    private static final Set<String> KNOWN = Set.of(ExportFiles.LEAVES, ExportFiles.CHECKPOINT, ExportFiles.KEYS);

    private final Path directory;
    private final VerifyingKey logKey;
    private final Sources sources;
    private final MerkleTree tree = new MerkleTree();
    private final long shareLeaves;

    private ExportVerifier(Path directory, VerifyingKey logKey, Sources.SignatureCheck signatures, long shareLeaves) {
        this.directory = directory;
        this.logKey = logKey;
        this.sources = new Sources(signatures);
        this.shareLeaves = shareLeaves;
    }

    /// An [IOException] means that the export could not be read, not that it is bad.
    public static Verification verify(Path directory, VerifyingKey logKey) throws IOException {
        return verify(directory, logKey, SealedRecord::isSignedBy, SHARE_LEAVES);
    }

    static Verification verify(Path directory, VerifyingKey logKey, Sources.SignatureCheck signatures, long shareLeaves)
            throws IOException {
        return new ExportVerifier(directory, logKey, signatures, shareLeaves).run();
    }

    private Verification run() throws IOException {
        try {
            Checkpoint checkpoint = checkpoint();
            int shares = Math.toIntExact(checkpoint.size() / shareLeaves + 1);
            readLeaves(checkpoint, shares);
            sources.checkPredecessors();
            checkRoot(checkpoint);
            checkKeys(checkpoint);
            String message =
                    tree.size() + " leaves are whole, signed and covered by the checkpoint of " + checkpoint.origin();
            return new Verification(Reason.OK, message, tree.size(), -1, findings(), sources.open());
        } catch (BadExportException bad) {
            // what a source last said is not known where the reading ended early
            return new Verification(bad.reason(), bad.sentence(), tree.size(), bad.index(), List.of(), List.of());
        }
    }

    private Path file(String name) throws BadExportException {
        Path file = directory.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new BadExportException(
                    Reason.MISSING_FILE, BadExportException.NO_INDEX, "the export has no file '" + name + "'");
        }
        return file;
    }

    private Checkpoint checkpoint() throws IOException, BadExportException {
        Path file = file(ExportFiles.CHECKPOINT);
        file(ExportFiles.LEAVES);
        file(ExportFiles.KEYS);
        try {
            if (Files.size(file) > SignedNote.BYTES_MAX) {
                throw new MalformedException("it is longer than " + SignedNote.BYTES_MAX + " bytes");
            }
            return Checkpoint.open(Files.readAllBytes(file), logKey)
                    .orElseThrow(() -> new BadExportException(
                            Reason.CHECKPOINT_NOT_SIGNED,
                            BadExportException.NO_INDEX,
                            "the checkpoint is not signed by the given log key " + logKey.kid()));
        } catch (MalformedException e) {
            throw new BadExportException(
                    Reason.CHECKPOINT_MALFORMED,
                    BadExportException.NO_INDEX,
                    "the checkpoint cannot be read: " + e.getMessage());
        }
    }

    private void readLeaves(Checkpoint checkpoint, int shares) throws IOException, BadExportException {
        BadExportException first = null;
        long end = Long.MAX_VALUE;
        for (int share = 0; share < shares; share++) {
            try {
                readShare(checkpoint, new Subjects(share, shares), share == 0, end);
            } catch (BadExportException bad) {
                first = bad; // it lies before the one that an earlier share found: no further leaves were read
                end = bad.index();
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /// Reads the leaves before `end`. The first share also checks what concerns every leaf, so that the later shares
    /// read only leaves that are known to be good.
    private void readShare(Checkpoint checkpoint, Subjects subjects, boolean firstShare, long end)
            throws IOException, BadExportException {
        long entries = 0;
        try (LeafLines lines = new LeafLines(file(ExportFiles.LEAVES))) {
            for (byte[] line = lines.next(); line != null; line = lines.next()) {
                if (lines.index() >= end) {
                    return;
                }
                if (lines.index() >= checkpoint.size()) {
                    throw new BadExportException(
                            Reason.BEYOND_CHECKPOINT,
                            lines.index(),
                            "the checkpoint covers " + checkpoint.size() + " leaves");
                }
                SealedRecord leaf = parse(lines.index(), line);
                if (firstShare) {
                    sources.follow(lines.index(), leaf);
                    tree.append(leaf.leafHash());
                }
                subjects.follow(lines.index(), leaf.record().event());
                entries++;
            }
        }
        if (entries < checkpoint.size()) {
            throw new BadExportException(
                    Reason.TRUNCATED,
                    entries,
                    "the checkpoint covers " + checkpoint.size() + " leaves, the export has " + entries);
        }
        subjects.checkWhole();
    }

    private static SealedRecord parse(long index, byte[] line) throws BadExportException {
        try {
            return SealedRecord.parse(line);
        } catch (MalformedException e) {
            throw new BadExportException(Reason.LEAF_MALFORMED, index, String.valueOf(e.getMessage()));
        }
    }

    private void checkRoot(Checkpoint checkpoint) throws BadExportException {
        if (!tree.root().equals(checkpoint.root())) {
            throw new BadExportException(
                    Reason.ROOT_MISMATCH,
                    BadExportException.NO_INDEX,
                    "the leaves have another root than the checkpoint: some were exchanged, moved or written anew");
        }
    }

    private void checkKeys(Checkpoint checkpoint) throws IOException, BadExportException {
        byte[] expected = ExportFiles.keys(checkpoint.origin(), logKey, sources.keys());
        Path file = file(ExportFiles.KEYS);
        if (Files.size(file) != expected.length || !Arrays.equals(Files.readAllBytes(file), expected)) {
            throw new BadExportException(
                    Reason.KEYS_DISAGREE,
                    BadExportException.NO_INDEX,
                    "keys.json does not list exactly the keys that the given log key and the leaves show");
        }
    }

    private List<String> findings() throws IOException {
        List<String> findings = new ArrayList<>();
        sources.open().forEach(open -> findings.add(open.toString()));
        try (Stream<Path> files = Files.list(directory)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> !KNOWN.contains(name))
                    .sorted()
                    .limit(20)
                    .forEach(name -> findings.add("not covered by any signature: " + name));
        }
        return findings;
    }
}
