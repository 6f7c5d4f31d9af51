package revontuli.transparency.receipt;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import revontuli.transparency.crypto.Commitment;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.VerifyingKey;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.merkle.Checkpoint;
import revontuli.transparency.merkle.MerkleProofs;
import revontuli.transparency.merkle.MerkleTree;
import revontuli.transparency.receipt.ReceiptVerification.Bad;
import revontuli.transparency.receipt.ReceiptVerification.Reason;
import revontuli.transparency.record.AuditRecord;
import revontuli.transparency.record.SealedRecord;

/// Verifies a receipt with nothing but the file and the log's public key: that the log signed the checkpoint, that
/// every record is in the log and signed by its source, that artifacts are those the records name, that the log sealed
/// the whole, that the records tell one story without contradiction, and that texts are the ones committed to.
public final class ReceiptVerifier {
    private final Receipt receipt;
    private final VerifyingKey logKey;
    private final Evidence evidence = new Evidence();
    private final Map<String, String> facts = new TreeMap<>();
    private final List<String> findings = new ArrayList<>();

    private ReceiptVerifier(Receipt receipt, VerifyingKey logKey) {
        this.receipt = receipt;
        this.logKey = logKey;
    }

    public static ReceiptVerification verify(byte[] file, VerifyingKey logKey) {
        Receipt receipt;
        try {
            receipt = Receipt.parse(file);
        } catch (MalformedException e) {
            return ReceiptVerification.bad(new Bad(Reason.MALFORMED, "file", String.valueOf(e.getMessage())));
        }
        try {
            return new ReceiptVerifier(receipt, logKey).run();
        } catch (Bad bad) {
            return ReceiptVerification.bad(bad);
        }
    }

    private ReceiptVerification run() throws Bad {
        Checkpoint checkpoint = checkpoint();
        records(checkpoint);
        artifacts();
        seal();
        new ReceiptStory(receipt, evidence, facts, findings).check();
        openings();
        texts();
        facts.put("generation", receipt.about().generation());
        facts.put("log", checkpoint.origin());
        facts.put("log_size", Long.toString(checkpoint.size()));
        return ReceiptVerification.good(
                facts,
                findings,
                receipt.records().size() + " records are signed, in the log of " + checkpoint.origin() + " ("
                        + checkpoint.size() + " leaves) and tell one story of "
                        + receipt.about().generation());
    }

    private Checkpoint checkpoint() throws Bad {
        Checkpoint checkpoint;
        try {
            checkpoint = Checkpoint.parse(receipt.checkpoint());
        } catch (MalformedException e) {
            throw new Bad(Reason.MALFORMED, "checkpoint", String.valueOf(e.getMessage()));
        }
        if (!receipt.checkpoint().isSignedBy(receipt.about().log(), logKey)
                || !checkpoint.origin().equals(receipt.about().log())) {
            throw new Bad(
                    Reason.CHECKPOINT_NOT_SIGNED,
                    "checkpoint",
                    "it is not signed by the given log key " + logKey.kid() + " as "
                            + receipt.about().log());
        }
        if (checkpoint.size() != receipt.about().size()) {
            throw new Bad(Reason.FACTS_DISAGREE, "about", "the checkpoint covers " + checkpoint.size() + " leaves");
        }
        return checkpoint;
    }

    private void records(Checkpoint checkpoint) throws Bad {
        for (Receipt.Entry entry : receipt.records()) {
            String name = "record " + entry.index();
            boolean included = MerkleProofs.verifyInclusion(
                    MerkleTree.leafHash(entry.leaf()),
                    entry.index(),
                    checkpoint.size(),
                    entry.hashes(),
                    checkpoint.root());
            if (!included) {
                throw new Bad(
                        Reason.NOT_INCLUDED,
                        name,
                        "these bytes are not in the log at index " + entry.index() + ": record, proof or index differ");
            }
            try {
                evidence.add(new Evidence.Found(entry.index(), SealedRecord.parse(entry.leaf())));
            } catch (MalformedException e) {
                throw new Bad(Reason.LEAF_MALFORMED, name, String.valueOf(e.getMessage()));
            }
        }
        signatures();
    }

    private void signatures() throws Bad {
        Map<String, VerifyingKey> sources = new HashMap<>();
        for (Evidence.Found found : evidence.where(one -> one.action().equals(AuditRecord.SOURCE_OPENED))) {
            try {
                sources.put(found.leaf().record().source(), VerifyingKey.parse(found.fact("public_key")));
            } catch (MalformedException e) {
                throw found.bad(Reason.UNKNOWN_SOURCE, "names no usable key: " + e.getMessage());
            }
        }
        for (Evidence.Found found : evidence.where(_ -> true)) {
            VerifyingKey key = sources.get(found.leaf().record().source());
            if (key == null) {
                throw found.bad(Reason.UNKNOWN_SOURCE, "comes from a source whose opening the receipt does not hold");
            }
            if (!found.leaf().isSignedBy(key)) {
                throw found.bad(Reason.BAD_SIGNATURE, "is not signed by the key of its source");
            }
        }
    }

    private void artifacts() throws Bad {
        for (Receipt.Artifact artifact : receipt.artifacts()) {
            if (!Digest.of(artifact.bytes()).equals(artifact.digest())) {
                throw new Bad(
                        Reason.ARTIFACT_CHANGED,
                        "artifact " + artifact.digest(),
                        "its bytes have the digest " + Digest.of(artifact.bytes()));
            }
        }
    }

    private void seal() throws Bad {
        String wanted = Receipt.sealText(receipt.about(), ReceiptLines.body(receipt.body()));
        boolean sealed = receipt.seal().text().equals(wanted)
                && receipt.seal().isSignedBy(Receipt.sealName(receipt.about().log()), logKey);
        if (!sealed) {
            throw new Bad(
                    Reason.NOT_SEALED,
                    "seal",
                    "the log did not seal exactly these lines: something that no record proves was changed, such as"
                            + " an opening or the time");
        }
    }

    /// Every opening belongs to a commitment that a record of the generation names.
    private void openings() throws Bad {
        for (Receipt.Opening opening : receipt.openings()) {
            String commitment = opening.commitment().toString();
            if (evidence.first(found -> ReceiptStory.commitments(found).contains(commitment))
                    .isEmpty()) {
                throw new Bad(Reason.FACTS_DISAGREE, "opening " + commitment, "no record commits to it");
            }
        }
        facts.put("openings", Integer.toString(receipt.openings().size()));
        if (receipt.openings().isEmpty()) {
            findings.add("no salts: they are given to the owner only, or were erased");
        }
    }

    private void texts() throws Bad {
        int number = 0;
        for (String text : receipt.texts()) {
            number++;
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            boolean opens = receipt.openings().stream().anyMatch(one -> opens(one.commitment(), one.salt(), bytes));
            if (!opens) {
                throw new Bad(
                        Reason.TEXT_DOES_NOT_OPEN,
                        "text " + number,
                        "it is not a text that was committed to, or its salt is not in the receipt");
            }
        }
        if (number > 0) {
            facts.put("texts_proven", Integer.toString(number));
        }
    }

    private static boolean opens(Commitment commitment, byte[] salt, byte[] text) {
        return commitment.opensWith(salt, text);
    }
}
