package revontuli.transparency.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.export.Verification.Compared;
import revontuli.transparency.export.Verification.Reason;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.merkle.Checkpoint;
import revontuli.transparency.merkle.MerkleTree;
import revontuli.transparency.merkle.SignedNote;
import revontuli.transparency.record.LeafView;
import revontuli.transparency.record.PrunedLeaf;

/// Verifies an export against the log's public key, offline and with bounded memory.
///
/// It stops at the first leaf that is wrong in itself. What only the whole log shows (a tail that was cut off, a
/// number that is nowhere, another root) is said after all leaves were found good.
public final class ExportVerifier {
    /// What is held at once of leaves and subjects, about 300 MiB; the leaves are read once more for each share of what
    /// does not fit.
    private static final Room ROOM = new Room(12_000_000, 6_000_000);

    /// A leaf has more bytes than this.
    private static final int LEAF_BYTES_MIN = 200;

    private static final Set<String> KNOWN = Set.of(
            ExportFiles.LEAVES, ExportFiles.CHECKPOINT, ExportFiles.CHECKPOINTS, ExportFiles.KEYS, ExportFiles.TABLES);

    private final Path directory;
    private final VerifyingKey logKey;
    private final List<SignedNote> older;
    private final Sources sources;
    private final Prunings prunings = new Prunings();
    private final ComparedTables tables;
    private final MerkleTree tree = new MerkleTree();
    private final SortedMap<Long, Digest> wanted = new TreeMap<>();
    private final Room room;
    private Compared compared = Compared.NOTHING;

    private ExportVerifier(Path directory, VerifyingKey logKey, List<SignedNote> older, Sources sources, Room room)
            throws IOException {
        this.directory = directory;
        this.logKey = logKey;
        this.older = older;
        this.sources = sources;
        this.tables = ComparedTables.of(directory);
        this.room = room;
    }

    /// An [IOException] means that the export could not be read, not that it is bad.
    public static Verification verify(Path directory, VerifyingKey logKey) throws IOException {
        return verify(directory, logKey, List.of());
    }

    /// Compares also with checkpoints of the same log that the caller has from elsewhere. What only they can show:
    /// that the log's tail was cut, that it was forked, or that an older checkpoint is replayed. One that is not of
    /// this log is [MalformedException]: with it nothing can be judged.
    public static Verification verify(Path directory, VerifyingKey logKey, List<SignedNote> older) throws IOException {
        return verify(directory, logKey, older, VerifyingKey::verifies, ROOM);
    }

    /// How much is held at once: ids of so many leaves, and so many subjects.
    record Room(long leaves, int subjects) {}

    static Verification verify(Path directory, VerifyingKey logKey, Sources.SignatureCheck signatures, Room room)
            throws IOException {
        return verify(directory, logKey, List.of(), signatures, room);
    }

    static Verification verify(
            Path directory, VerifyingKey logKey, List<SignedNote> older, Sources.SignatureCheck signatures, Room room)
            throws IOException {
        return new ExportVerifier(directory, logKey, older, new Sources(signatures, 0), room).run();
    }

    /// Verifies what came after an earlier verification, which was good and covered what `verified` covers. Signatures
    /// of those leaves are not checked again: they are the same leaves if the tree over them has the same root, and
    /// that is checked. Where anything is wrong, everything is verified anew, so that the first bad leaf is named.
    public static Verification verifyAgain(
            Path directory, VerifyingKey logKey, SignedNote verified, List<SignedNote> older) throws IOException {
        List<SignedNote> all = new ArrayList<>(older);
        all.add(verified);
        Sources sources =
                new Sources(VerifyingKey::verifies, Checkpoint.parse(verified).size());
        Verification again = new ExportVerifier(directory, logKey, all, sources, ROOM).run();
        return again.ok() ? again : verify(directory, logKey, all);
    }

    private Verification run() throws IOException {
        try {
            SignedNote note = note();
            Checkpoint checkpoint = parsed(note);
            LogKeys keys = new LogKeys(file(ExportFiles.LEAVES), checkpoint.origin(), logKey);
            VerifyingKey signer = signer(note, keys);
            List<Checkpoint> given = given(checkpoint, keys);
            try (KeptCheckpoints kept =
                    new KeptCheckpoints(directory.resolve(ExportFiles.CHECKPOINTS), checkpoint, keys)) {
                readLeaves(checkpoint, kept);
                sources.checkPredecessors();
                prunings.check();
                compare(checkpoint, kept, given);
            }
            checkKeys(checkpoint, signer);
            tables.check();
            compared = compared.with(tables.rows());
            return new Verification(
                    Reason.OK,
                    good(checkpoint),
                    tree.size(),
                    -1,
                    compared,
                    findings(),
                    sources.open(),
                    prunings.leaves());
        } catch (BadExportException bad) {
            // what a source last said is not known where the reading ended early
            return new Verification(
                    bad.reason(), bad.sentence(), tree.size(), bad.index(), compared, List.of(), List.of(), -1);
        }
    }

    private String good(Checkpoint checkpoint) {
        long whole = tree.size() - prunings.leaves();
        String rest = prunings.leaves() == 0 ? "" : ", and " + prunings.leaves() + " pruned ones have their places";
        return whole + " leaves are whole, signed and covered by the checkpoint of " + checkpoint.origin() + rest;
    }

    private List<Checkpoint> given(Checkpoint covering, LogKeys keys) throws IOException {
        List<Checkpoint> given = new ArrayList<>();
        for (SignedNote note : older) {
            Checkpoint checkpoint = Checkpoint.parse(note);
            if (!checkpoint.origin().equals(covering.origin())
                    || keys.signerOf(note).isEmpty()) {
                throw new MalformedException("the given checkpoint (" + checkpoint.origin() + ", " + checkpoint.size()
                        + " leaves) is not signed by the given key as " + covering.origin() + ": give one of this log");
            }
            given.add(checkpoint);
            wanted.put(checkpoint.size(), checkpoint.root());
        }
        given.sort(Comparator.comparingLong(Checkpoint::size));
        return given;
    }

    /// The leaves against everything that the log has signed: the covering checkpoint, the kept ones, the caller's
    /// own.
    private void compare(Checkpoint covering, KeptCheckpoints kept, List<Checkpoint> given) throws BadExportException {
        long agreed = kept.agreedSize();
        long disagreed = kept.disagreedSize();
        for (Checkpoint each : given) {
            if (each.size() > covering.size()) {
                continue;
            }
            if (!Objects.equals(wanted.get(each.size()), each.root())) {
                disagreed = disagreed < 0 ? each.size() : Math.min(disagreed, each.size());
            } else if (disagreed < 0 || each.size() < disagreed) {
                agreed = Math.max(agreed, each.size());
            }
        }
        boolean whole = tree.root().equals(covering.root());
        if (!whole) {
            disagreed = disagreed < 0 ? covering.size() : disagreed;
        }
        long with = given.isEmpty() ? -1 : given.getLast().size();
        boolean located = disagreed >= 0 && agreed < disagreed;
        compared = new Compared(
                kept.agreed(), with, located ? agreed : -1, located ? disagreed : -1, Verification.Rows.NONE);
        long firstBad = located && disagreed - agreed == 1 ? agreed : BadExportException.NO_INDEX;
        if (!whole) {
            throw new BadExportException(
                    Reason.ROOT_MISMATCH,
                    firstBad,
                    "the leaves have another root than the checkpoint: some were exchanged, moved or written anew"
                            + between());
        }
        kept.checkReadable();
        if (disagreed >= 0) {
            throw new BadExportException(
                    Reason.FORKED,
                    firstBad,
                    "the log has signed other leaves: it was forked or written anew" + between());
        }
        if (with > covering.size()) {
            throw new BadExportException(
                    Reason.BEHIND_CHECKPOINT,
                    covering.size(),
                    "the given checkpoint covers " + with + " leaves, this export " + covering.size()
                            + ": its tail was cut, or an older checkpoint is replayed");
        }
    }

    private String between() {
        return compared.badFrom() < 0
                ? ""
                : ", the first at or after leaf " + compared.badFrom() + " and before leaf " + compared.badBefore();
    }

    private Path file(String name) throws BadExportException {
        Path file = directory.resolve(name);
        if (!Files.isRegularFile(file)) {
            throw new BadExportException(
                    Reason.MISSING_FILE, BadExportException.NO_INDEX, "the export has no file '" + name + "'");
        }
        return file;
    }

    private SignedNote note() throws IOException, BadExportException {
        Path file = file(ExportFiles.CHECKPOINT);
        file(ExportFiles.LEAVES);
        file(ExportFiles.KEYS);
        try {
            if (Files.size(file) > SignedNote.BYTES_MAX) {
                throw new MalformedException("it is longer than " + SignedNote.BYTES_MAX + " bytes");
            }
            return SignedNote.parse(Files.readAllBytes(file));
        } catch (MalformedException e) {
            throw malformed(e);
        }
    }

    private static Checkpoint parsed(SignedNote note) throws BadExportException {
        try {
            return Checkpoint.parse(note);
        } catch (MalformedException e) {
            throw malformed(e);
        }
    }

    private static BadExportException malformed(MalformedException e) {
        return new BadExportException(
                Reason.CHECKPOINT_MALFORMED,
                BadExportException.NO_INDEX,
                "the checkpoint cannot be read: " + e.getMessage());
    }

    private VerifyingKey signer(SignedNote note, LogKeys keys) throws IOException, BadExportException {
        return keys.signerOf(note)
                .orElseThrow(() -> new BadExportException(
                        Reason.CHECKPOINT_NOT_SIGNED,
                        BadExportException.NO_INDEX,
                        "the checkpoint is not signed by the given log key " + logKey.kid()
                                + ", nor by one that the log has announced"));
    }

    private void readLeaves(Checkpoint checkpoint, KeptCheckpoints kept) throws IOException, BadExportException {
        BadExportException first = null;
        long end = Long.MAX_VALUE;
        long leaves = Math.min(checkpoint.size(), Files.size(file(ExportFiles.LEAVES)) / LEAF_BYTES_MIN);
        int shares = Math.toIntExact(Math.max(0, leaves - 1) / room.leaves() + 1);
        KeptCheckpoints once = kept;
        int share = 0;
        while (share < shares) {
            Subjects subjects =
                    new Subjects(new Subjects.Share(share, shares, leaves, room.subjects()), this::isIdBefore);
            try {
                readShare(checkpoint, once, subjects, end);
            } catch (BadExportException bad) {
                first = bad; // it lies before the one that an earlier share found: no further leaves were read
                end = bad.index();
            }
            once = null;
            share++;
            if (subjects.isFull()) { // once more from the first, in smaller shares
                shares = Math.multiplyExact(shares, 2);
                share = 0;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    private boolean isIdBefore(UUID id, long end) throws IOException, BadExportException {
        try (LeafLines lines = new LeafLines(file(ExportFiles.LEAVES))) {
            for (byte[] line = lines.next(); line != null && lines.index() < end; line = lines.next()) {
                if (!PrunedLeaf.is(line)
                        && parse(lines.index(), line).head().id().equals(id)) {
                    return true;
                }
            }
        }
        return false;
    }

    /// Reads the leaves before `end`. The first share also checks what concerns every leaf, so that the later shares
    /// read only leaves that are known to be good.
    private void readShare(Checkpoint checkpoint, @Nullable KeptCheckpoints kept, Subjects subjects, long end)
            throws IOException, BadExportException {
        long entries = 0;
        if (kept != null) {
            noteRoot(kept);
        }
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
                if (PrunedLeaf.is(line)) {
                    follow(lines.index(), pruned(lines.index(), line), kept, subjects);
                } else {
                    follow(lines.index(), parse(lines.index(), line), kept, subjects);
                }
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

    private void follow(long index, LeafView leaf, @Nullable KeptCheckpoints kept, Subjects subjects)
            throws IOException, BadExportException {
        if (kept != null) {
            sources.follow(index, leaf);
            prunings.follow(index, leaf);
            tables.follow(index, leaf);
            tree.append(leaf.leafHash());
            noteRoot(kept);
        }
        subjects.follow(index, leaf.head());
    }

    private void follow(long index, PrunedLeaf leaf, @Nullable KeptCheckpoints kept, Subjects subjects)
            throws IOException, BadExportException {
        if (kept != null) {
            sources.follow(index, leaf);
            prunings.follow(index, leaf);
            tables.follow(index, leaf);
            tree.append(leaf.hash());
            noteRoot(kept);
        }
        subjects.follow(index, leaf);
    }

    /// Roots are computed only at sizes that somebody has signed.
    private void noteRoot(KeptCheckpoints kept) throws IOException {
        long size = tree.size();
        if (kept.nextIs(size)) {
            kept.follow(size, tree.root());
        }
        if (!wanted.isEmpty()) {
            wanted.computeIfPresent(size, (_, _) -> tree.root());
        }
    }

    private static LeafView parse(long index, byte[] line) throws BadExportException {
        try {
            return LeafView.read(line);
        } catch (MalformedException e) {
            throw new BadExportException(Reason.LEAF_MALFORMED, index, String.valueOf(e.getMessage()));
        }
    }

    private static PrunedLeaf pruned(long index, byte[] line) throws BadExportException {
        try {
            return PrunedLeaf.parse(line);
        } catch (MalformedException e) {
            throw new BadExportException(Reason.LEAF_MALFORMED, index, String.valueOf(e.getMessage()));
        }
    }

    private void checkKeys(Checkpoint checkpoint, VerifyingKey signer) throws IOException, BadExportException {
        byte[] expected = ExportFiles.keys(checkpoint.origin(), signer, sources.keys());
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
        if (prunings.leaves() > 0) {
            findings.add(prunings.leaves() + " leaves were pruned, as " + prunings.size()
                    + " records of the log announce: what they said can be shown no more, that they were there can");
        }
        findings.addAll(tables.findings());
        findings.add(
                compared.with() < 0
                        ? "cannot tell whether the tail was cut, the log forked or an older checkpoint replayed:"
                                + " compare with a checkpoint that you kept (--checkpoint FILE)"
                        : "the log only added to the given checkpoint over " + compared.with()
                                + " leaves; what it had beyond this export cannot be told");
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
