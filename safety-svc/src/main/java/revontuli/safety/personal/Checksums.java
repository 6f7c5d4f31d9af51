package revontuli.safety.personal;

/// The check digits of the numbers that have one. All take ASCII digits (and letters where said) without separators.
final class Checksums {
    private static final int[][] VERHOEFF_PRODUCT = dihedral();
    private static final int[] VERHOEFF_SHIFT = {1, 5, 7, 6, 2, 8, 3, 0, 9, 4};
    private static final String HETU_CHECKS = "0123456789ABCDEFHJKLMNPRSTUVWXY";

    private Checksums() {}

    /// The group of the symmetries of a pentagon, which the Verhoeff scheme multiplies in.
    private static int[][] dihedral() {
        int[][] product = new int[10][10];
        for (int a = 0; a < 10; a++) {
            for (int b = 0; b < 10; b++) {
                boolean flippedA = a >= 5;
                boolean flippedB = b >= 5;
                int turn = flippedA ? a % 5 - b % 5 : a % 5 + b % 5;
                product[a][b] = Math.floorMod(turn, 5) + (flippedA == flippedB ? 0 : 5);
            }
        }
        return product;
    }

    static boolean luhn(String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int doubled = i % 2 == 1 ? digit * 2 : digit;
            sum += doubled > 9 ? doubled - 9 : doubled;
        }
        return sum % 10 == 0;
    }

    /// Aadhaar: all twelve digits, the last being the check.
    static boolean verhoeff(String digits) {
        int check = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            for (int turn = 0; turn < i % 8; turn++) {
                digit = VERHOEFF_SHIFT[digit];
            }
            check = VERHOEFF_PRODUCT[check][digit];
        }
        return check == 0;
    }

    /// IBAN: letters in upper case and digits, country first.
    static boolean mod97(String iban) {
        int rest = 0;
        for (int i = 0; i < iban.length(); i++) {
            int value = Character.digit(iban.charAt((i + 4) % iban.length()), 36);
            rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
        }
        return rest == 1;
    }

    /// HETU: six digits of the date and three of the number give the check character.
    static boolean hetu(String dateAndNumber, char check) {
        return HETU_CHECKS.charAt(Integer.parseInt(dateAndNumber) % 31) == check;
    }

    /// My Number: eleven digits weighted 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2 and a check digit.
    static boolean myNumber(String digits) {
        int sum = 0;
        for (int i = 0; i < 11; i++) {
            int place = 11 - i;
            int weight = place <= 6 ? place + 1 : place - 5;
            sum += (digits.charAt(i) - '0') * weight;
        }
        int rest = sum % 11;
        return digits.charAt(11) - '0' == (rest <= 1 ? 0 : 11 - rest);
    }
}
