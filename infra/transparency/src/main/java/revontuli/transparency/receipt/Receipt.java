package revontuli.transparency.receipt;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import revontuli.transparency.crypto.Commitment;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.json.Field;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.merkle.MerkleProofs;
import revontuli.transparency.merkle.SignedNote;

/// The file of a receipt, one line a thing, each line a word and what it names:
///
/// ```
/// revontuli-receipt v1
/// about {"create_time":"...","generation":"generations/...","log":"...","size":"..."}
/// record 42 {"record":{...},"signature":"..."}
/// proof <hash> <hash> ...
/// artifact sha256:<hex> <base64>
/// opening hmac-sha256:<hex> <base64 of the salt>
/// checkpoint <base64 of the log's signed note>
/// seal <base64 of a note, signed by the log, over all lines above>
/// text <base64 of a text that an opening opens>
/// ```
///
/// Records stand in the order of their indexes, each followed by its proof of inclusion under the one checkpoint.
/// Texts come from the owner, behind the seal: they prove themselves by their commitments.
public record Receipt(
        About about,
        List<Entry> records,
        List<Artifact> artifacts,
        List<Opening> openings,
        SignedNote checkpoint,
        SignedNote seal,
        List<String> texts) {
    /// Longest file.
    public static final int BYTES_MAX = 8 * 1024 * 1024;

    /// Most records.
    public static final int RECORDS_MAX = 512;

    static final int ARTIFACTS_MAX = 16;
    static final int OPENINGS_MAX = 64;
    static final int TEXTS_MAX = 2;

    /// What it is a receipt of.
    ///
    /// @param log origin of the log
    /// @param size leaves under its checkpoint
    public record About(String generation, String log, long size, Instant createTime) {
        private static final int CHARS_MAX = 512;

        public About {
            Field.line("generation", generation, 1, CHARS_MAX);
            Field.line("log", log, 1, CHARS_MAX);
            Field.positive("size", size);
            createTime = Field.time("create_time", createTime);
        }
    }

    /// A leaf, exactly as the log has it, and the hashes that lead from it to the root.
    ///
    /// @param leaf not copied, nobody writes into it
    @SuppressWarnings("ArrayRecordComponent")
    public record Entry(long index, byte[] leaf, List<Digest> hashes) {
        public Entry {
            hashes = List.copyOf(hashes);
            if (hashes.size() > MerkleProofs.HASHES_MAX) {
                throw new MalformedException("a proof has " + MerkleProofs.HASHES_MAX + " hashes at most");
            }
        }
    }

    /// Bytes out of the artifact store that a record names by their digest.
    ///
    /// @param bytes not copied, nobody writes into them
    @SuppressWarnings("ArrayRecordComponent")
    public record Artifact(Digest digest, byte[] bytes) {
        public static final int BYTES_MAX = 64 * 1024;
    }

    /// The salt of a commitment: for the owner of the text only.
    ///
    /// @param salt not copied, nobody writes into it
    @SuppressWarnings("ArrayRecordComponent")
    public record Opening(Commitment commitment, byte[] salt) {}

    public Receipt {
        records = List.copyOf(records);
        artifacts = List.copyOf(artifacts);
        openings = List.copyOf(openings);
        texts = List.copyOf(texts);
        atMost("records", records.size(), RECORDS_MAX);
        atMost("artifacts", artifacts.size(), ARTIFACTS_MAX);
        atMost("openings", openings.size(), OPENINGS_MAX);
        atMost("texts", texts.size(), TEXTS_MAX);
        long before = -1;
        for (Entry entry : records) {
            if (entry.index() <= before) {
                throw new MalformedException("record " + entry.index() + " must stand in the order of the indexes");
            }
            before = entry.index();
        }
    }

    private static void atMost(String what, int count, int max) {
        if (count > max) {
            throw new MalformedException("a receipt has " + max + " " + what + " at most, not " + count);
        }
    }

    /// What the log seals, before it is sealed.
    public record Body(
            About about, List<Entry> records, List<Artifact> artifacts, List<Opening> openings, SignedNote checkpoint) {
        /// Seals it with the log's key.
        public Receipt seal(SigningKey logKey) {
            byte[] bytes = ReceiptLines.body(this);
            SignedNote note = SignedNote.sign(sealText(about, bytes), sealName(about.log()), logKey);
            return new Receipt(about, records, artifacts, openings, checkpoint, note, List.of());
        }
    }

    public Body body() {
        return new Body(about, records, artifacts, openings, checkpoint);
    }

    /// The file.
    public byte[] bytes() {
        return ReceiptLines.file(this);
    }

    /// Reads a file; only the one spelling that [#bytes] writes is taken. That it can be read proves nothing: see
    /// [ReceiptVerifier].
    public static Receipt parse(byte[] file) {
        return ReceiptLines.parse(file);
    }

    /// The same receipt with the texts that its owner has.
    public Receipt with(List<String> ownTexts) {
        return new Receipt(about, records, artifacts, openings, checkpoint, seal, ownTexts);
    }

    /// The text of these that opens this commitment, if there is one.
    public Optional<String> textOf(String commitment) {
        return salt(commitment).flatMap(salt -> texts.stream()
                .filter(text -> Commitment.parse(commitment).opensWith(salt, text.getBytes(StandardCharsets.UTF_8)))
                .findFirst());
    }

    /// The salt of this commitment, if it is here.
    public Optional<byte[]> salt(String commitment) {
        return openings.stream()
                .filter(opening -> opening.commitment().toString().equals(commitment))
                .map(Opening::salt)
                .findFirst();
    }

    /// Artifacts by digest.
    SortedMap<String, byte[]> artifactsByDigest() {
        TreeMap<String, byte[]> byDigest = new TreeMap<>();
        artifacts.forEach(artifact -> byDigest.put(artifact.digest().toString(), artifact.bytes()));
        return Collections.unmodifiableSortedMap(byDigest);
    }

    /// The name under which a log signs receipts: another than its checkpoints', so that neither passes for the other.
    static String sealName(String log) {
        return log + "/receipts";
    }

    static String sealText(About about, byte[] body) {
        return "revontuli-receipt v1\n" + about.generation() + "\n" + Digest.of(body) + "\n";
    }
}
