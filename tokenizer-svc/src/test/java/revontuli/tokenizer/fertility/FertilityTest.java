package revontuli.tokenizer.fertility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import revontuli.platform.fault.FaultException;
import revontuli.tokenizer.encode.Codec;
import revontuli.tokenizer.encode.PieceDecoder;
import revontuli.tokenizer.encode.ServingPath;

class FertilityTest {
    /// One token a byte.
    private static final Codec BYTES = new Codec() {
        @Override
        public ServingPath path() {
            return ServingPath.OWN_BPE;
        }

        @Override
        public Encoded encode(String text, boolean specials, boolean withOffsets) {
            return new Encoded(new int[text.getBytes(StandardCharsets.UTF_8).length], List.of());
        }

        @Override
        public String decode(int[] ids, boolean skipSpecials) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String token(int id) {
            throw new UnsupportedOperationException();
        }

        @Override
        public PieceDecoder pieceDecoder(boolean skipSpecials) {
            throw new UnsupportedOperationException();
        }
    };

    private static Fertility.Counts counts(String language, String... texts) {
        Fertility fertility = new Fertility(BYTES, language);
        for (String text : texts) {
            fertility.add(text);
        }
        return fertility.counts();
    }

    @Test
    void wordsCharactersAndBytesAreCounted() {
        assertThat(counts("fi", "Hyvää päivää, 1 revontuli!", "x")).isEqualTo(new Fertility.Counts(2, 5, 27, 32, 32));
        assertThat(counts("hi", "नमस्ते दुनिया")).isEqualTo(new Fertility.Counts(1, 2, 13, 37, 37));
        assertThat(counts("en", "don't stop 👩‍🚀")).isEqualTo(new Fertility.Counts(1, 2, 14, 22, 22));
    }

    @Test
    void wordsFollowTheDocumentedConventionWhereNoSpacesStand() {
        assertThat(counts("ja", "東京タワーへ行く").words()).isEqualTo(5); // 東京 タワー へ 行 く
        assertThat(counts("vi", "cực quang đẹp").words()).isEqualTo(3); // syllables
        assertThat(counts("code", "int x = y1 + 2;").words()).isEqualTo(4);
    }

    @Test
    void nothingDividesByNothing() {
        Fertility.Counts none = counts("en");

        assertThat(List.of(none.perWord(), none.perCharacter(), none.perByte(), none.perText()))
                .containsOnly(0.0);
        assertThat(counts("en", "ab cd").perWord()).isEqualTo(2.5);
    }

    @Test
    void halfCharactersAreRefused() {
        assertThatThrownBy(() -> counts("en", "a\uD83D")).isInstanceOf(FaultException.class);
    }
}
