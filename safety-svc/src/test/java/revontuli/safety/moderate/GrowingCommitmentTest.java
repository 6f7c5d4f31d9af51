package revontuli.safety.moderate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import revontuli.transparency.crypto.Commitment;

class GrowingCommitmentTest {
    @Test
    void piecesCommitToTheWhole() {
        List<String> pieces = List.of("säädös ", "", "नियम", "規則 quy tắc");
        GrowingCommitment growing = new GrowingCommitment();

        pieces.forEach(growing::add);
        Opening opening = growing.close();

        byte[] whole = String.join("", pieces).getBytes(StandardCharsets.UTF_8);
        assertThat(opening.commitment()).isEqualTo(Commitment.to(opening.salt(), whole));
    }

    @Test
    void everyCommitmentHasASaltOfItsOwn() {
        assertThat(new GrowingCommitment().close().salt())
                .isNotEqualTo(new GrowingCommitment().close().salt());
    }
}
