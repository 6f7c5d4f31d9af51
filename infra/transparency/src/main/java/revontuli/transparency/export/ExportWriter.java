package revontuli.transparency.export;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.merkle.Checkpoint;
import revontuli.transparency.merkle.MerkleTree;
import revontuli.transparency.merkle.SignedNote;
import revontuli.transparency.record.AuditRecord;
import revontuli.transparency.record.LeafHead;
import revontuli.transparency.record.LeafView;
import revontuli.transparency.record.PrunedLeaf;
import revontuli.transparency.record.SealedRecord;

/// Writes an export into a directory that holds none yet. The checkpoint is written last: a directory without one is
/// an export that did not finish.
///
/// Damaged leaves are written as they are; to find them is the verifier's work.
public final class ExportWriter {
    private final MerkleTree tree = new MerkleTree();
    private final Map<String, ExportFiles.SourceKey> sources = new LinkedHashMap<>();
    private @Nullable TakenTables tables;

    private ExportWriter() {}

    /// Writes leaves in index order from 0 and a checkpoint over them, signed here.
    public static Checkpoint write(Path directory, Iterator<byte[]> leaves, String origin, SigningKey logKey)
            throws IOException {
        ExportWriter writer = new ExportWriter();
        writer.writeLeaves(directory, leaves);
        Checkpoint checkpoint = new Checkpoint(origin, writer.tree.size(), writer.tree.root());
        writer.finish(directory, checkpoint.sign(logKey), logKey.verifyingKey());
        return checkpoint;
    }

    /// Writes leaves and the checkpoint that the log has published for exactly these leaves.
    public static Checkpoint write(Path directory, Iterator<byte[]> leaves, SignedNote published, VerifyingKey logKey)
            throws IOException {
        ExportWriter writer = new ExportWriter();
        writer.writeLeaves(directory, leaves);
        writer.finish(directory, published, logKey);
        return Checkpoint.parse(published);
    }

    /// Writes all parts of an export as they come.
    public static Checkpoint write(Path directory, ExportParts parts) throws IOException {
        ExportWriter writer = new ExportWriter();
        writer.tables = parts.tables().orElse(null);
        writer.writeLeaves(directory, parts.leaves());
        writeKept(directory.resolve(ExportFiles.CHECKPOINTS), parts.kept());
        SignedNote note = parts.published();
        if (writer.tables != null) {
            TableFiles.write(directory, writer.tables);
        }
        writer.finish(directory, note, parts.logKey());
        return Checkpoint.parse(note);
    }

    private static void writeKept(Path file, Iterator<SignedNote> kept) throws IOException {
        try (OutputStream out = create(file)) {
            while (kept.hasNext()) {
                String note = new String(kept.next().bytes(), StandardCharsets.UTF_8);
                out.write(CanonicalJson.encode(Json.fields().with("note", note)));
                out.write('\n');
            }
        }
    }

    private void writeLeaves(Path directory, Iterator<byte[]> leaves) throws IOException {
        Files.createDirectories(directory);
        try (OutputStream out = create(directory.resolve(ExportFiles.LEAVES))) {
            while (leaves.hasNext()) {
                byte[] leaf = leaves.next();
                checkOneLine(leaf);
                out.write(leaf);
                out.write('\n');
                tree.append(hash(leaf));
                openedBy(leaf).ifPresent(opened -> sources.putIfAbsent(opened.source(), opened));
                if (tables != null) {
                    meet(tables, leaf);
                }
            }
        }
    }

    /// Of a pruned leaf, what its line says.
    private static Digest hash(byte[] leaf) {
        try {
            return PrunedLeaf.is(leaf) ? PrunedLeaf.parse(leaf).hash() : MerkleTree.leafHash(leaf);
        } catch (MalformedException _) {
            return MerkleTree.leafHash(leaf); // damaged: the verifier says so
        }
    }

    /// A row whose last record this leaf is, pruned or not, is not ahead of the export.
    private static void meet(TakenTables tables, byte[] leaf) {
        Digest subject;
        long number;
        try {
            if (PrunedLeaf.is(leaf)) {
                PrunedLeaf gone = PrunedLeaf.parse(leaf);
                subject = gone.subject();
                number = gone.subjectNumber();
            } else {
                LeafHead head = LeafView.read(leaf).head();
                subject = PrunedLeaf.subjectDigest(head.service(), head.about().subject());
                number = head.about().number();
            }
        } catch (MalformedException _) {
            return; // damaged: the verifier says so
        }
        TakenTables.Entry entry = tables.row(subject);
        if (entry != null && entry.row.number() == number) {
            entry.met = true;
        }
    }

    private void checkOneLine(byte[] leaf) {
        if (leaf.length > SealedRecord.BYTES_MAX) {
            throw new MalformedException("leaf " + tree.size() + " has " + leaf.length + " bytes and fits no export");
        }
        for (byte b : leaf) {
            if (b == '\n') {
                throw new MalformedException("leaf " + tree.size() + " holds a newline and fits no export");
            }
        }
    }

    private static Optional<ExportFiles.SourceKey> openedBy(byte[] leaf) {
        try {
            AuditRecord record = SealedRecord.parse(leaf).record();
            if (record.event().act().action().equals(AuditRecord.SOURCE_OPENED)) {
                String key = record.event().facts().text("public_key");
                return Optional.of(new ExportFiles.SourceKey(record.source(), VerifyingKey.parse(key)));
            }
        } catch (MalformedException _) {
            // a damaged leaf opens nothing
        }
        return Optional.empty();
    }

    private void finish(Path directory, SignedNote checkpoint, VerifyingKey logKey) throws IOException {
        String origin = Checkpoint.parse(checkpoint).origin();
        writeNew(directory.resolve(ExportFiles.KEYS), ExportFiles.keys(origin, logKey, sources.values()));
        writeNew(directory.resolve(ExportFiles.CHECKPOINT), checkpoint.bytes());
    }

    private static void writeNew(Path file, byte[] bytes) throws IOException {
        try (OutputStream out = create(file)) {
            out.write(bytes);
        }
    }

    private static OutputStream create(Path file) throws IOException {
        return new BufferedOutputStream(
                Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }
}
