package revontuli.transparency.merkle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.crypto.SigningKey;
import revontuli.transparency.json.MalformedException;

class CheckpointTest {
    private static final SigningKey KEY = SigningKey.ofSeed(new byte[32]);
    private static final Checkpoint CHECKPOINT =
            new Checkpoint("revontuli/test", 13, Digest.of("root".getBytes(UTF_8)));

    @Test
    void theSignedFormIsTheOneOfTheSpecification() {
        String note = new String(CHECKPOINT.sign(KEY).bytes(), UTF_8);

        // made with another implementation (Python)
        assertThat(note).isEqualTo("""
                        revontuli/test
                        13
                        SBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=

                        \u2014 revontuli/test tfyzCulY9/CgosaPTVDXTPKRWgMgT1XsGqjBIe8p/C6EgmC2gqwXCPcW+ujyVizO4HBvmDDOAnijG+U5yni0gUAGqgA=
                        """);
    }

    @Test
    void aSignedCheckpointComesBack() {
        for (Checkpoint checkpoint : List.of(
                CHECKPOINT,
                new Checkpoint("x", 0, Digest.of()),
                new Checkpoint("x", Long.MAX_VALUE, Digest.of(), List.of("extension one", "\u00e4")))) {
            byte[] note = checkpoint.sign(KEY).bytes();

            assertThat(Checkpoint.open(note, KEY.verifyingKey())).contains(checkpoint);
        }
    }

    @Test
    void anotherKeyDoesNotOpenIt() {
        byte[] note = CHECKPOINT.sign(KEY).bytes();

        assertThat(Checkpoint.open(note, SigningKey.generate().verifyingKey())).isEmpty();
    }

    @Test
    void theSameKeyUnderAnotherNameDoesNotOpenIt() {
        byte[] note = SignedNote.sign(CHECKPOINT.text(), "revontuli/other", KEY).bytes();

        assertThat(Checkpoint.open(note, KEY.verifyingKey())).isEmpty();
    }

    @Test
    void strangersSignaturesAreIgnored() {
        SignedNote note = CHECKPOINT.sign(KEY);
        SignedNote.Line witness = SignedNote.sign(CHECKPOINT.text(), "witness", SigningKey.generate())
                .lines()
                .getFirst();
        SignedNote both =
                new SignedNote(note.text(), List.of(witness, note.lines().getFirst()));

        assertThat(Checkpoint.open(both.bytes(), KEY.verifyingKey())).contains(CHECKPOINT);
    }

    @Test
    void aBadSecondSignatureOfTheSameKeySpoilsIt() {
        SignedNote note = CHECKPOINT.sign(KEY);
        SignedNote.Line bad = SignedNote.sign("another text\n", CHECKPOINT.origin(), KEY)
                .lines()
                .getFirst();
        SignedNote both = new SignedNote(note.text(), List.of(note.lines().getFirst(), bad));

        assertThat(Checkpoint.open(both.bytes(), KEY.verifyingKey())).isEmpty();
    }

    @Test
    void everyFlippedBitIsFound() {
        byte[] note = CHECKPOINT.sign(KEY).bytes();
        for (int bit = 0; bit < note.length * 8; bit++) {
            byte[] changed = note.clone();
            changed[bit / 8] ^= (byte) (1 << (bit % 8));

            Optional<Checkpoint> opened;
            try {
                opened = Checkpoint.open(changed, KEY.verifyingKey());
            } catch (MalformedException _) {
                continue;
            }
            assertThat(opened).as("bit %d", bit).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\n1\n",
                "a\n01\nROOT\n",
                "a\n+1\nROOT\n",
                "a\n-1\nROOT\n",
                "a\n1 \nROOT\n",
                "a\n\nROOT\n",
                "\n1\nROOT\n",
                "a\n1\nAAAA\n",
                "a\n1\nROOT\n\n",
                "a\n1\nROOT\n\next\n",
                "a\r\n1\r\nROOT\r\n",
                "a\n1\nROOT",
                "a\n9223372036854775808\nROOT\n"
            })
    void whatIsNoCheckpointIsMalformed(String form) {
        String text = form.replace("ROOT", Base64.getEncoder().encodeToString(new byte[32]));

        assertThatThrownBy(() -> Checkpoint.parse(SignedNote.sign(text, "a", KEY)))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void aNoteHasNothingBesideTextAndSignatures() {
        String note = new String(CHECKPOINT.sign(KEY).bytes(), UTF_8);

        for (String wrong : List.of(
                "",
                "\n\n",
                CHECKPOINT.text(),
                CHECKPOINT.text() + "\n",
                note + "\n",
                note + "x\n",
                note.stripTrailing(),
                note.replace("\u2014", "-"),
                note.replace("\u2014 revontuli/test ", "\u2014 "),
                note.replace("\u2014 revontuli/test ", "\u2014 a+b "),
                note + "\u2014 other AAAA\n",
                note + "\u2014 other =\n",
                note.replace("\n\n", "\n"),
                note.replace("13", "13\u0001"),
                note + "\u2014 other AAAAAAAA\n".repeat(32),
                note + "\u2014 other " + "AAAA".repeat(5000) + "\n")) {
            assertThatThrownBy(() -> Checkpoint.open(wrong.getBytes(UTF_8), KEY.verifyingKey()))
                    .as(wrong)
                    .isInstanceOf(MalformedException.class);
        }
    }

    @Test
    void linesOfACheckpointAreLines() {
        Digest root = CHECKPOINT.root();

        assertThatThrownBy(() -> new Checkpoint("a\nb", 1, root)).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> new Checkpoint("a", 1, root, List.of(""))).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> new Checkpoint("a", -1, root)).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> SignedNote.sign(CHECKPOINT.text(), "a b", KEY)).isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> SignedNote.sign("no newline", "a", KEY)).isInstanceOf(MalformedException.class);
    }
}
