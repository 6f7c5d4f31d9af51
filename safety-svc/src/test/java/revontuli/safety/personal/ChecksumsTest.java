package revontuli.safety.personal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksumsTest {
    /// True when the number is valid and no change of one digit leaves it so.
    private static void validAndNoNeighbourIs(String number, Predicate<String> check) {
        assertThat(check.test(number)).as(number).isTrue();
        for (int i = 0; i < number.length(); i++) {
            for (char digit = '0'; digit <= '9'; digit++) {
                String other = number.substring(0, i) + digit + number.substring(i + 1);
                if (Character.isDigit(number.charAt(i)) && digit != number.charAt(i)) {
                    assertThat(check.test(other)).as(other).isFalse();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"4111111111111111", "5555555555554444", "378282246310005", "6011111111111117"})
    void luhnFindsEveryWrongDigit(String number) {
        validAndNoNeighbourIs(number, Checksums::luhn);
    }

    @ParameterizedTest
    @ValueSource(strings = {"234567890124", "999941057058", "2363"})
    void verhoeffFindsEveryWrongDigit(String number) {
        validAndNoNeighbourIs(number, Checksums::verhoeff);
    }

    @Test
    void verhoeffFindsSwappedNeighbours() {
        assertThat(Checksums.verhoeff("234567890124")).isTrue();
        assertThat(Checksums.verhoeff("243567890124")).isFalse();
        assertThat(Checksums.verhoeff("234567890142")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"FI2112345600000785", "GB82WEST12345698765432", "DE89370400440532013000"})
    void mod97FindsEveryWrongDigit(String iban) {
        validAndNoNeighbourIs(iban, Checksums::mod97);
    }

    @Test
    void hetuCheckFollowsDateAndNumber() {
        assertThat(Checksums.hetu("131052308", 'T')).isTrue();
        assertThat(Checksums.hetu("131052309", 'T')).isFalse();
        assertThat(Checksums.hetu("131052308", 'U')).isFalse();
    }

    @Test
    void myNumberFindsMostWrongDigitsAndTheWrongCheck() {
        String number = "12345678901" + checkDigit("12345678901");

        assertThat(Checksums.myNumber(number)).isTrue();
        for (char digit = '0'; digit <= '9'; digit++) {
            if (digit != number.charAt(11)) {
                assertThat(Checksums.myNumber(number.substring(0, 11) + digit)).isFalse();
            }
        }
        assertThat(Checksums.myNumber("2" + number.substring(1))).isFalse();
    }

    /// Weights from the left: 6 5 4 3 2 7 6 5 4 3 2.
    private static int checkDigit(String eleven) {
        int[] weights = {6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2};
        int sum = 0;
        for (int i = 0; i < 11; i++) {
            sum += (eleven.charAt(i) - '0') * weights[i];
        }
        return sum % 11 <= 1 ? 0 : 11 - sum % 11;
    }
}
