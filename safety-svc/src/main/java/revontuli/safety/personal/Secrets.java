package revontuli.safety.personal;

import java.util.List;
import java.util.Locale;

/// Keys and tokens: by the prefixes that issuers give them, as a JSON web token, as the head of a private key, or
/// as a value with enough disorder behind a name such as `password=`.
final class Secrets {
    private static final int VALUE_MAX = 256;
    private static final int TOKEN_MAX = 4096;
    private static final String KEY_HEAD_END = "PRIVATE KEY-----";
    private static final int KEY_HEAD_MAX = 56;

    private record Form(String prefix, int restMin) {}

    private static final List<Form> FORMS = List.of(
            new Form("AKIA", 16),
            new Form("ASIA", 16),
            new Form("AIza", 30),
            new Form("ghp_", 30),
            new Form("gho_", 30),
            new Form("ghs_", 30),
            new Form("github_pat_", 22),
            new Form("glpat-", 18),
            new Form("xoxb-", 16),
            new Form("xoxp-", 16),
            new Form("xoxa-", 16),
            new Form("sk-", 20),
            new Form("sk_live_", 16),
            new Form("rk_live_", 16),
            new Form("hf_", 28),
            new Form("npm_", 30),
            new Form("pypi-", 30),
            new Form("rvk_", 40),
            new Form("SG.", 40));
    private static final List<String> NAMES = List.of(
            "password",
            "passwd",
            "pwd",
            "secret",
            "token",
            "api_key",
            "apikey",
            "api key",
            "api-key",
            "access_key",
            "access key",
            "salasana",
            "पासवर्ड",
            "パスワード",
            "mật khẩu");

    /// `{"alg`, `{"typ`, `{"kid` in base64: enough to know a token before its dots are seen.
    private static final List<String> TOKEN_HEADS = List.of("eyJhbGci", "eyJ0eXAi", "eyJraWQi");
    private static final int TOKEN_HEAD_MIN = 24;

    private Secrets() {}

    static void find(String text, List<Sighting> found) {
        for (int at = 0; at < text.length(); at++) {
            if (Numbers.begins(text, at)) {
                prefixed(text, at, found);
                webToken(text, at, found);
            }
        }
        for (int at = text.indexOf("-----BEGIN "); at >= 0; at = text.indexOf("-----BEGIN ", at + 1)) {
            int end = text.indexOf(KEY_HEAD_END, at, Math.min(text.length(), at + KEY_HEAD_MAX));
            if (end >= 0) {
                found.add(new Sighting(Kind.PRIVATE_KEY, at, end + KEY_HEAD_END.length(), 1));
            }
        }
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.length() == text.length()) {
            for (String name : NAMES) {
                for (int at = lower.indexOf(name); at >= 0; at = lower.indexOf(name, at + 1)) {
                    assigned(text, at + name.length(), found);
                }
            }
        }
    }

    private static void prefixed(String text, int at, List<Sighting> found) {
        for (Form form : FORMS) {
            if (text.startsWith(form.prefix(), at)) {
                int end = valueEnd(text, at);
                int rest = end - at - form.prefix().length();
                if (rest >= form.restMin() && mixed(text, at + form.prefix().length(), end)) {
                    found.add(new Sighting(Kind.SECRET, at, end, 0.97));
                }
            }
        }
    }

    private static void webToken(String text, int at, List<Sighting> found) {
        if (text.startsWith("eyJ", at)) {
            int end = valueEnd(text, at);
            String token = text.substring(at, end);
            int first = token.indexOf('.');
            int second = first < 0 ? -1 : token.indexOf('.', first + 1);
            boolean header = end - at >= TOKEN_HEAD_MIN && TOKEN_HEADS.stream().anyMatch(token::startsWith);
            if (header || (first > 8 && second > first + 8)) {
                found.add(new Sighting(Kind.SECRET, at, end, 0.97));
            }
        }
    }

    private static void assigned(String text, int from, List<Sighting> found) {
        int at = skip(text, from, " \"'`", 2);
        boolean sign =
                at < text.length() && (text.charAt(at) == '=' || text.charAt(at) == ':' || text.charAt(at) == '：');
        boolean word = text.startsWith(" is ", from) || text.startsWith(" on ", from) || text.startsWith(" là ", from);
        if (!sign && !word) {
            return;
        }
        int start = sign ? skip(text, at + 1, " \"'`", 3) : from + 4;
        int end = start;
        while (end < text.length() && end - start < VALUE_MAX && secretUnit(text.charAt(end))) {
            end++;
        }
        while (end > start && ".,;:!?".indexOf(text.charAt(end - 1)) >= 0) {
            end--;
        }
        boolean code = end < text.length() && "([{".indexOf(text.charAt(end)) >= 0;
        if (end - start >= 8 && !code && mixed(text, start, end) && disorder(text, start, end) >= 2.5) {
            found.add(new Sighting(Kind.SECRET, start, end, 0.85));
        }
    }

    private static int skip(String text, int from, String units, int max) {
        int at = from;
        while (at < text.length() && at - from < max && units.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at;
    }

    /// Letters and digits both.
    private static boolean mixed(String text, int from, int to) {
        boolean letter = false;
        boolean digit = false;
        for (int i = from; i < to; i++) {
            letter |= Character.isLetter(text.charAt(i));
            digit |= Character.isDigit(text.charAt(i));
        }
        return letter && digit;
    }

    /// Shannon entropy of the units, in bits a unit.
    private static double disorder(String text, int from, int to) {
        int[] counts = new int[128];
        for (int i = from; i < to; i++) {
            counts[text.charAt(i) & 127]++;
        }
        double bits = 0;
        for (int count : counts) {
            if (count > 0) {
                double share = (double) count / (to - from);
                bits -= share * StrictMath.log(share) / StrictMath.log(2);
            }
        }
        return bits;
    }

    /// Units of tokens, so also what continues a secret that began earlier.
    static boolean value(char unit) {
        return (unit >= 'a' && unit <= 'z')
                || (unit >= 'A' && unit <= 'Z')
                || (unit >= '0' && unit <= '9')
                || unit == '_'
                || unit == '-'
                || unit == '.'
                || unit == '+'
                || unit == '/'
                || unit == '=';
    }

    private static boolean secretUnit(char unit) {
        return unit > ' ' && unit < 0x7F && "\"'`<>(){}[],;$".indexOf(unit) < 0;
    }

    private static int valueEnd(String text, int from) {
        int end = from;
        while (end < text.length() && end - from < TOKEN_MAX && value(text.charAt(end))) {
            end++;
        }
        while (end > from && text.charAt(end - 1) == '.') {
            end--;
        }
        return end;
    }
}
