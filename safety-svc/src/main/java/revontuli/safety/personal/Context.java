package revontuli.safety.personal;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Words nearby that name what a number is, in five languages.
final class Context {
    private static final int BEFORE = 48;
    private static final int AFTER = 24;

    private static final Map<Kind, List<String>> WORDS = Map.ofEntries(
            Map.entry(
                    Kind.PHONE,
                    List.of(
                            "phone",
                            "call",
                            "tel",
                            "mobile",
                            "cell",
                            "whatsapp",
                            "sms",
                            "text me",
                            "answering at",
                            "reach me",
                            "dial",
                            "ring me",
                            "fax",
                            "contact",
                            "desk",
                            "office",
                            "puhelin",
                            "puh",
                            "soita",
                            "kännykkä",
                            "numeroni",
                            "gsm",
                            "फोन",
                            "फ़ोन",
                            "मोबाइल",
                            "कॉल",
                            "नंबर",
                            "電話",
                            "携帯",
                            "điện thoại",
                            "sđt",
                            "di động",
                            "gọi",
                            "zalo",
                            "liên hệ")),
            Map.entry(
                    Kind.CARD,
                    List.of(
                            "card",
                            "visa",
                            "mastercard",
                            "amex",
                            "american express",
                            "cc",
                            "cvv",
                            "debit",
                            "kortti",
                            "korttinumero",
                            "luottokort",
                            "pankkikort",
                            "कार्ड",
                            "カード",
                            "thẻ")),
            Map.entry(
                    Kind.IP,
                    List.of("ip", "address", "host", "server", "osoite", "पता", "アドレス", "địa chỉ", "login from")),
            Map.entry(
                    Kind.AADHAAR,
                    List.of("aadhaar", "aadhar", "adhaar", "adhar", "uidai", "uid", "आधार", "aadhaar-numero")),
            Map.entry(Kind.PAN, List.of("pan", "permanent account", "income tax", "पैन", "tax id", "आयकर")),
            Map.entry(Kind.MY_NUMBER, List.of("my number", "mynumber", "マイナンバー", "個人番号", "individual number")),
            Map.entry(
                    Kind.CCCD,
                    List.of(
                            "cccd",
                            "cmnd",
                            "căn cước",
                            "chứng minh nhân dân",
                            "chứng minh thư",
                            "số định danh",
                            "định danh cá nhân",
                            "citizen id",
                            "can cuoc")),
            Map.entry(
                    Kind.PASSPORT,
                    List.of(
                            "passport",
                            "passi ",
                            "passin ",
                            "passini",
                            "passinumero",
                            "पासपोर्ट",
                            "パスポート",
                            "旅券",
                            "hộ chiếu",
                            "ho chieu")),
            Map.entry(
                    Kind.SSN,
                    List.of(
                            "ssn",
                            "social security",
                            "soc sec",
                            "sosiaaliturva",
                            "सोशल सिक्योरिटी",
                            "社会保障",
                            "an sinh xã hội")));

    private static final List<String> TELEPHONES = List.of(
            "phone",
            "tel",
            "mobile",
            "cell",
            "fax",
            "desk",
            "puhelin",
            "puh",
            "फोन",
            "मोबाइल",
            "電話",
            "電話番号",
            "携帯",
            "điện thoại",
            "sđt");

    private Context() {}

    /// True where a word for telephone stands right before, with nothing but a colon, point or space between.
    static boolean labelled(String text, int start) {
        int end = start;
        while (end > 0 && start - end < 4 && " :.\n".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        String before = text.substring(Math.max(0, end - 12), end).toLowerCase(Locale.ROOT);
        return TELEPHONES.stream().anyMatch(before::endsWith);
    }

    static boolean names(Kind kind, String text, int start, int end) {
        int from = Math.max(0, start - BEFORE);
        int to = Math.min(text.length(), end + AFTER);
        String before = text.substring(from, start).toLowerCase(Locale.ROOT);
        String after = text.substring(end, to).toLowerCase(Locale.ROOT);
        for (String word : WORDS.getOrDefault(kind, List.of())) {
            if (stands(before, word) || stands(after, word)) {
                return true;
            }
        }
        return false;
    }

    /// Short Latin words must stand alone; others may carry endings.
    private static boolean stands(String text, String word) {
        boolean alone = word.length() <= 4 && word.charAt(0) < 0x80;
        for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
            int end = at + word.length();
            boolean left = at == 0 || !Character.isLetter(text.charAt(at - 1)) || word.charAt(0) >= 0x900;
            boolean right = !alone || end == text.length() || !Character.isLetter(text.charAt(end));
            if (left && right) {
                return true;
            }
        }
        return false;
    }
}
