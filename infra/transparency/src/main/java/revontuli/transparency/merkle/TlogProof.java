package revontuli.transparency.merkle;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.StrictBase64;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;

/// That a leaf is in a log, in one file that is verified offline: C2SP `tlog-proof`, extension `.tlog-proof`.
///
/// @param extra unsigned bytes for whoever made the proof, empty where there are none; not copied
/// @param index of the leaf
/// @param hashes inclusion proof, leaf side first
/// @param checkpoint the log's signed checkpoint, with whatever other signatures it carries
@SuppressWarnings("ArrayRecordComponent")
public record TlogProof(byte[] extra, long index, List<Digest> hashes, SignedNote checkpoint) {
    /// Longest extra data.
    public static final int EXTRA_BYTES_MAX = 64 * 1024;

    /// Longest file: extra data in base64, 63 hashes, a note.
    public static final int BYTES_MAX = 128 * 1024;

    private static final String FORMAT = "c2sp.org/tlog-proof@v1";
    private static final String EXTRA = "extra ";
    private static final String INDEX = "index ";

    /// What a proof is found to be.
    public enum Outcome {
        /// The leaf is in the log whose key signed the checkpoint.
        PROVEN,
        /// The checkpoint is not signed by the given key.
        NOT_SIGNED,
        /// The checkpoint is signed under another name than the wanted one.
        OTHER_LOG,
        /// The hashes do not lead from this leaf, at this index, to the checkpoint's root.
        NOT_INCLUDED
    }

    public TlogProof {
        hashes = List.copyOf(hashes);
        if (extra.length > EXTRA_BYTES_MAX) {
            throw new MalformedException(
                    "a proof's extra data may have " + EXTRA_BYTES_MAX + " bytes, not " + extra.length);
        }
        if (index < 0) {
            throw new MalformedException("a proof's index counts from 0");
        }
        if (hashes.size() > MerkleProofs.HASHES_MAX) {
            throw new MalformedException(
                    "a proof has " + MerkleProofs.HASHES_MAX + " hashes at most, not " + hashes.size());
        }
    }

    /// The file.
    public byte[] bytes() {
        StringBuilder head = new StringBuilder(FORMAT).append('\n');
        if (extra.length > 0) {
            head.append(EXTRA).append(StrictBase64.encode(extra)).append('\n');
        }
        head.append(INDEX).append(index).append('\n');
        hashes.forEach(hash -> head.append(StrictBase64.encode(hash.value())).append('\n'));
        byte[] before = head.append('\n').toString().getBytes(StandardCharsets.US_ASCII);
        byte[] note = checkpoint.bytes();
        byte[] whole = Arrays.copyOf(before, before.length + note.length);
        System.arraycopy(note, 0, whole, before.length, note.length);
        return whole;
    }

    /// Reads a file; only the one spelling that [#bytes] writes is taken.
    public static TlogProof parse(byte[] file) {
        if (file.length > BYTES_MAX) {
            throw new MalformedException("a proof may have " + BYTES_MAX + " bytes, not " + file.length);
        }
        String text = utf8(file);
        int blank = text.indexOf("\n\n");
        if (blank < 0) {
            throw new MalformedException("a proof must be its lines, an empty line, and a signed checkpoint");
        }
        List<String> lines =
                new ArrayList<>(Arrays.asList(text.substring(0, blank).split("\n", -1)));
        if (!lines.removeFirst().equals(FORMAT)) {
            throw new MalformedException("a proof must begin with the line " + FORMAT);
        }
        String extra = taken(lines, EXTRA);
        String index = taken(lines, INDEX);
        if (index == null) {
            throw new MalformedException("a proof must have a line 'index <number>' before its hashes");
        }
        if (lines.size() > MerkleProofs.HASHES_MAX) {
            throw new MalformedException(
                    "a proof has " + MerkleProofs.HASHES_MAX + " hashes at most, not " + lines.size());
        }
        SignedNote note = SignedNote.parse(text.substring(blank + 2).getBytes(StandardCharsets.UTF_8));
        TlogProof proof = new TlogProof(
                extra == null ? new byte[0] : StrictBase64.decode("a proof's extra data", extra),
                Json.parseNumber("index", index),
                lines.stream()
                        .map(line -> Digest.ofValue(StrictBase64.decode("a hash of the proof", line)))
                        .toList(),
                note);
        Checkpoint.parse(note);
        if (!Arrays.equals(proof.bytes(), file)) {
            throw new MalformedException("a proof must have exactly its own lines");
        }
        return proof;
    }

    /// Whether the file shows that this leaf is in the log of this name and key.
    public Outcome verify(byte[] leaf, String origin, VerifyingKey logKey) {
        Checkpoint covered = Checkpoint.parse(checkpoint);
        if (!covered.origin().equals(origin)) {
            return Outcome.OTHER_LOG;
        }
        if (!checkpoint.isSignedBy(origin, logKey)) {
            return Outcome.NOT_SIGNED;
        }
        return MerkleProofs.verifyInclusion(MerkleTree.leafHash(leaf), index, covered.size(), hashes, covered.root())
                ? Outcome.PROVEN
                : Outcome.NOT_INCLUDED;
    }

    private static @Nullable String taken(List<String> lines, String prefix) {
        Optional<String> first = lines.stream().findFirst().filter(line -> line.startsWith(prefix));
        if (first.isEmpty()) {
            return null;
        }
        return lines.removeFirst().substring(prefix.length());
    }

    private static String utf8(byte[] file) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(file))
                    .toString();
        } catch (CharacterCodingException _) {
            throw new MalformedException("a proof must be valid UTF-8");
        }
    }
}
