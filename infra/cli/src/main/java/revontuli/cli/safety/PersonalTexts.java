package revontuli.cli.safety;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Sentences in five languages with made-up personal data of each checksummed kind, and near misses: numbers of the
/// same shape whose checksum is wrong. The same seed makes the same sentences.
final class PersonalTexts {
    /// A value that is to be found, in UTF-16 units of the text.
    record Marked(String kind, int start, int end) {}

    /// A sentence with all that is to be found in it.
    record Sentence(String language, String text, List<Marked> marked) {}

    private static final int PER_KIND_AND_LANGUAGE = 12;
    private static final List<String> KINDS = List.of(
            "email",
            "phone",
            "card",
            "iban",
            "ip",
            "hetu",
            "aadhaar",
            "pan",
            "my-number",
            "cccd",
            "ssn",
            "passport",
            "secret",
            "name");
    private static final List<String> LANGUAGES = SafetyTexts.LANGUAGES;
    private static final int[][] VERHOEFF_D = {
        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
        {1, 2, 3, 4, 0, 6, 7, 8, 9, 5},
        {2, 3, 4, 0, 1, 7, 8, 9, 5, 6},
        {3, 4, 0, 1, 2, 8, 9, 5, 6, 7},
        {4, 0, 1, 2, 3, 9, 5, 6, 7, 8},
        {5, 9, 8, 7, 6, 0, 4, 3, 2, 1},
        {6, 5, 9, 8, 7, 1, 0, 4, 3, 2},
        {7, 6, 5, 9, 8, 2, 1, 0, 4, 3},
        {8, 7, 6, 5, 9, 3, 2, 1, 0, 4},
        {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}
    };
    private static final int[][] VERHOEFF_P = {
        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
        {1, 5, 7, 6, 2, 8, 3, 0, 9, 4},
        {5, 8, 0, 3, 7, 9, 6, 1, 4, 2},
        {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
        {9, 4, 5, 3, 1, 2, 6, 8, 7, 0},
        {4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
        {2, 7, 9, 3, 8, 0, 6, 4, 1, 5},
        {7, 0, 4, 6, 9, 1, 3, 2, 5, 8}
    };

    private final Random random = new Random(20);

    static List<String> kinds() {
        return KINDS;
    }

    static List<Sentence> make() {
        PersonalTexts texts = new PersonalTexts();
        List<Sentence> sentences = new ArrayList<>();
        for (String language : LANGUAGES) {
            for (String kind : KINDS) {
                for (int i = 0; i < PER_KIND_AND_LANGUAGE; i++) {
                    sentences.add(texts.sentence(language, kind, i));
                }
            }
            for (int i = 0; i < PER_KIND_AND_LANGUAGE; i++) {
                sentences.add(texts.nearMiss(language, i));
                sentences.add(PersonalNames.nearMiss(language, i));
            }
        }
        return sentences;
    }

    private Sentence sentence(String language, String kind, int number) {
        if (kind.equals("name")) {
            return PersonalNames.sentence(language, number);
        }
        String value = value(kind);
        String[] frame = frame(language, number).split("\\{}", -1);
        String before = frame[0].formatted(name(language, kind));
        return new Sentence(
                language,
                before + value + frame[1],
                List.of(new Marked(kind, before.length(), before.length() + value.length())));
    }

    private Sentence nearMiss(String language, int number) {
        String[] frame = frame(language, number).split("\\{}", -1);
        String wrong = number % 2 == 0 ? wrongCard() : digits(2, 2) + "." + digits(2, 2) + "." + digits(4, 4);
        return new Sentence(language, frame[0].formatted(orderName(language)) + wrong + frame[1], List.of());
    }

    private static String frame(String language, int number) {
        List<String> frames =
                switch (language) {
                    case "fi" -> List.of("Minun %s on {}, kiitos.", "Tarkista %s {} ennen perjantaita.", "%s: {}");
                    case "hi" -> List.of("मेरा %s {} है।", "कृपया %s {} की जाँच करें।", "%s: {}");
                    case "ja" -> List.of("私の%sは{}です。", "%s {} を確認してください。", "%s：{}");
                    case "vi" -> List.of("%s của tôi là {}.", "Vui lòng kiểm tra %s {} giúp tôi.", "%s: {}");
                    default -> List.of("My %s is {}, thank you.", "Please check the %s {} before Friday.", "%s: {}");
                };
        return frames.get(number % frames.size());
    }

    private static String orderName(String language) {
        return switch (language) {
            case "fi" -> "tilausnumero";
            case "hi" -> "ऑर्डर";
            case "ja" -> "注文";
            case "vi" -> "đơn hàng";
            default -> "order number";
        };
    }

    private static String name(String language, String kind) {
        int at = LANGUAGES.indexOf(language);
        String names =
                switch (kind) {
                    case "email" -> "e-mail|sähköposti|ईमेल|メール|email";
                    case "phone" -> "phone number|puhelinnumero|फोन नंबर|電話番号|số điện thoại";
                    case "card" -> "card number|korttinumero|कार्ड नंबर|カード番号|số thẻ";
                    case "iban" -> "account|tilinumero|खाता|口座|tài khoản";
                    case "ip" -> "IP address|IP-osoite|IP पता|IPアドレス|địa chỉ IP";
                    case "hetu" -> "personal identity code|henkilötunnus|पहचान संख्या|個人識別番号|mã định danh";
                    case "aadhaar" -> "Aadhaar|Aadhaar-numero|आधार|Aadhaar|Aadhaar";
                    case "pan" -> "PAN|PAN|पैन|PAN|PAN";
                    case "my-number" -> "My Number|My Number|My Number|マイナンバー|My Number";
                    case "cccd" -> "CCCD|CCCD|CCCD|CCCD|căn cước công dân";
                    case "ssn" -> "SSN|SSN|SSN|SSN|SSN";
                    case "passport" -> "passport number|passin numero|पासपोर्ट नंबर|パスポート番号|số hộ chiếu";
                    default -> "key|avain|कुंजी|鍵|khóa";
                };
        return names.split("\\|", -1)[at];
    }

    private String value(String kind) {
        return switch (kind) {
            case "email" ->
                pick("anna", "mikko.k", "ravi_s", "yuki-t", "linh.tran") + digits(0, 2) + "@"
                        + pick("example.com", "mail.example.fi", "example.co.jp", "example.vn");
            case "phone" ->
                pick(
                        "+358 40 " + digits(3, 3) + " " + digits(4, 4),
                        "+91 98" + digits(3, 3) + " " + digits(5, 5),
                        "+81 90-" + digits(4, 4) + "-" + digits(4, 4),
                        "+84 90 " + digits(3, 3) + " " + digits(4, 4),
                        "+1 212-555-0" + digits(3, 3));
            case "card" -> grouped(luhn("4" + digits(14, 14)), 4, pick(" ", "-", ""));
            case "iban" -> iban(pick("FI", "DE"));
            case "ip" -> "203.0." + (random.nextInt(200) + 1) + "." + (random.nextInt(200) + 1);
            case "hetu" -> hetu();
            case "aadhaar" -> grouped(verhoeff((2 + random.nextInt(8)) + digits(10, 10)), 4, " ");
            case "pan" ->
                "ABC" + "P" + (char) ('A' + random.nextInt(26)) + digits(4, 4) + (char) ('A' + random.nextInt(26));
            case "my-number" -> myNumber();
            case "cccd" -> "0" + pick("01", "79", "48", "31") + pick("0", "1", "2", "3") + digits(2, 2) + digits(6, 6);
            case "ssn" ->
                (100 + random.nextInt(500)) + "-" + (10 + random.nextInt(89)) + "-" + (1000 + random.nextInt(8999));
            case "passport" -> pick("PK", "TK", "J", "B", "12") + digits(7, 7);
            default -> pick("AKIA" + letters(16), "ghp_" + mixed(36), "sk_live_" + mixed(24));
        };
    }

    private String pick(String... values) {
        return values[random.nextInt(values.length)];
    }

    private String digits(int least, int most) {
        int count = least + random.nextInt(most - least + 1);
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < count; i++) {
            digits.append(random.nextInt(10));
        }
        return digits.toString();
    }

    private String letters(int count) {
        return from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", count);
    }

    private String mixed(int count) {
        return from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", count);
    }

    private String from(String alphabet, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private String wrongCard() {
        String right = luhn("4" + digits(14, 14));
        char last = right.charAt(right.length() - 1);
        return grouped(right.substring(0, right.length() - 1) + (char) ('0' + (last - '0' + 1) % 10), 4, " ");
    }

    private static String luhn(String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int weighed = i % 2 == 0 ? digit * 2 : digit;
            sum += weighed > 9 ? weighed - 9 : weighed;
        }
        return digits + (10 - sum % 10) % 10;
    }

    private static String verhoeff(String digits) {
        int check = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            check = VERHOEFF_D[check][VERHOEFF_P[(i + 1) % 8][digit]];
        }
        for (int last = 0; last < 10; last++) {
            if (VERHOEFF_D[check][last] == 0) {
                return digits + last;
            }
        }
        throw new IllegalStateException("no check digit");
    }

    private String iban(String country) {
        String account = digits(country.equals("FI") ? 14 : 18, country.equals("FI") ? 14 : 18);
        String numeric = account + (country.charAt(0) - 'A' + 10) + (country.charAt(1) - 'A' + 10) + "00";
        int check = 98
                - new java.math.BigInteger(numeric)
                        .mod(java.math.BigInteger.valueOf(97))
                        .intValue();
        return grouped(country + "%02d".formatted(check) + account, 4, pick(" ", ""));
    }

    private String hetu() {
        String date = "%02d%02d%02d".formatted(1 + random.nextInt(28), 1 + random.nextInt(12), random.nextInt(100));
        String individual = "%03d".formatted(2 + random.nextInt(897));
        int number = Integer.parseInt(date + individual);
        return date + "-" + individual + "0123456789ABCDEFHJKLMNPRSTUVWXY".charAt(number % 31);
    }

    private String myNumber() {
        String digits = digits(11, 11);
        int sum = 0;
        for (int n = 1; n <= 11; n++) {
            int digit = digits.charAt(11 - n) - '0';
            sum += digit * (n <= 6 ? n + 1 : n - 5);
        }
        int rest = sum % 11;
        return grouped(digits + (rest <= 1 ? 0 : 11 - rest), 4, " ");
    }

    private static String grouped(String text, int size, String separator) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (i > 0 && i % size == 0) {
                out.append(separator);
            }
            out.append(text.charAt(i));
        }
        return out.toString();
    }
}
