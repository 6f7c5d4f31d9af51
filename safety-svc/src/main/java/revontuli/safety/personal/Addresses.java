package revontuli.safety.personal;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// E-mail and IP addresses and bank accounts (IBAN).
final class Addresses {
    private static final int LOCAL_MAX = 64;
    private static final int DOMAIN_MAX = 60;
    private static final Set<String> NOT_PEOPLE = Set.of("git", "hg", "svn");
    private static final Map<String, Integer> IBAN_LENGTHS = ibanLengths();

    private Addresses() {}

    private static Map<String, Integer> ibanLengths() {
        String lengths =
                "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24"
                        + " FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21"
                        + " LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31"
                        + " SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20";
        return List.of(lengths.split(" ")).stream()
                .collect(Collectors.toUnmodifiableMap(e -> e.substring(0, 2), e -> Integer.parseInt(e.substring(2))));
    }

    static void find(String text, List<Sighting> found) {
        for (int at = 0; at < text.length(); at++) {
            char unit = text.charAt(at);
            if (unit == '@') {
                email(text, at, found);
            } else if (unit == '.' || unit == ':') {
                continue;
            } else if (unit >= '0' && unit <= '9' && (at == 0 || Numbers.free(text, at - 1, -1))) {
                ip4(text, at, found);
            } else if (letter(unit) && Numbers.begins(text, at)) {
                iban(text, at, found);
            }
            if (hex(unit) && (at == 0 || !wordOrColon(text.charAt(at - 1)))) {
                ip6(text, at, found);
            }
        }
    }

    private static void email(String text, int sign, List<Sighting> found) {
        int start = sign;
        while (start > 0 && sign - start < LOCAL_MAX && local(text.charAt(start - 1))) {
            start--;
        }
        while (start < sign && ".-".indexOf(text.charAt(start)) >= 0) {
            start++;
        }
        int end = sign + 1;
        int lastDot = -1;
        while (end < text.length() && end - sign <= DOMAIN_MAX && domain(text.charAt(end))) {
            if (text.charAt(end) == '.') {
                boolean followed =
                        end + 1 < text.length() && domain(text.charAt(end + 1)) && text.charAt(end + 1) != '.';
                if (!followed) {
                    break;
                }
                lastDot = end;
            }
            end++;
        }
        boolean top = lastDot > sign + 1 && end - lastDot > 2 && Character.isLetter(text.charAt(lastDot + 1));
        if (start == sign || !top) {
            return;
        }
        boolean person = !NOT_PEOPLE.contains(text.substring(start, sign).toLowerCase(Locale.ROOT));
        boolean url = start > 1 && text.charAt(start - 1) == '/' && text.charAt(start - 2) == '/';
        found.add(new Sighting(Kind.EMAIL, start, end, person && !url ? 0.97 : 0.3));
    }

    private static boolean local(char unit) {
        return (unit < 0x2E80 && Character.isLetterOrDigit(unit)) || "._%+-'".indexOf(unit) >= 0;
    }

    private static boolean domain(char unit) {
        return (unit < 0x2E80 && Character.isLetterOrDigit(unit)) || unit == '-' || unit == '.';
    }

    private static void ip4(String text, int start, List<Sighting> found) {
        int at = start;
        int[] octets = new int[4];
        for (int i = 0; i < 4; i++) {
            int from = at;
            while (at < text.length() && at - from < 4 && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
                octets[i] = octets[i] * 10 + text.charAt(at) - '0';
                at++;
            }
            boolean octet = at > from && octets[i] <= 255 && (at - from == 1 || text.charAt(from) != '0');
            boolean dot = i == 3 || (at < text.length() && text.charAt(at) == '.');
            if (!octet || !dot) {
                return;
            }
            at += i == 3 ? 0 : 1;
        }
        if (!Numbers.free(text, at, 1) && !(at < text.length() && (text.charAt(at) == '/' || text.charAt(at) == ':'))) {
            return;
        }
        boolean named = Context.names(Kind.IP, text, start, at);
        found.add(new Sighting(Kind.IP, start, at, ipScore(octets, versioned(text, start), named)));
    }

    /// Addresses that belong to nobody in particular stay under 0.5, and so does what may be a version number.
    private static double ipScore(int[] octets, boolean versioned, boolean named) {
        int a = octets[0];
        int b = octets[1];
        boolean nobody = a == 0
                || a == 10
                || a == 127
                || a >= 224
                || (a == 192 && b == 168)
                || (a == 172 && b >= 16 && b <= 31)
                || (a == 169 && b == 254)
                || (a == 192 && b == 0 && octets[2] == 2)
                || (a == 198 && b == 51 && octets[2] == 100)
                || (a == 203 && b == 0 && octets[2] == 113);
        if (nobody || versioned) {
            return 0.3;
        }
        boolean small = a < 20 && b < 20 && octets[2] < 20;
        return named ? 0.95 : small ? 0.4 : 0.8;
    }

    private static boolean versioned(String text, int start) {
        String before = text.substring(Math.max(0, start - 12), start)
                .toLowerCase(Locale.ROOT)
                .stripTrailing();
        return before.endsWith("version")
                || before.endsWith("v")
                || before.endsWith("versio")
                || before.endsWith("release")
                || before.endsWith("section")
                || before.endsWith("phiên bản")
                || before.endsWith("バージョン")
                || before.endsWith("संस्करण");
    }

    /// Eight groups, or fewer with one `::` and at least three groups, so that times and scopes in code stay out.
    private static void ip6(String text, int start, List<Sighting> found) {
        int at = start;
        int groups = 0;
        int doubles = 0;
        int digits = 0;
        while (at < text.length() && at - start < 45) {
            int from = at;
            while (at < text.length() && at - from < 4 && hex(text.charAt(at))) {
                digits += text.charAt(at) <= '9' ? 1 : 0;
                at++;
            }
            if (at == from) {
                break;
            }
            groups++;
            boolean colon = at + 1 < text.length() && text.charAt(at) == ':';
            if (colon && text.charAt(at + 1) == ':' && at + 2 < text.length() && hex(text.charAt(at + 2))) {
                doubles++;
                at += 2;
            } else if (colon && hex(text.charAt(at + 1))) {
                at++;
            } else {
                break;
            }
        }
        boolean form = (groups == 8 && doubles == 0) || (doubles == 1 && groups >= 3 && groups < 8);
        if (form && digits >= 3 && Numbers.free(text, at, 1)) {
            found.add(new Sighting(Kind.IP, start, at, 0.85));
        }
    }

    private static void iban(String text, int start, List<Sighting> found) {
        boolean form = start + 4 <= text.length() && letter(text.charAt(start + 1)) && digit(text.charAt(start + 2));
        Integer length =
                form ? IBAN_LENGTHS.get(text.substring(start, start + 2).toUpperCase(Locale.ROOT)) : null;
        if (length == null) {
            return;
        }
        StringBuilder iban = new StringBuilder();
        int at = start;
        while (at < text.length() && iban.length() < length) {
            char unit = text.charAt(at);
            boolean space = (unit == ' ' || unit == '-') && iban.length() % 4 == 0 && text.charAt(at - 1) != unit;
            if (letter(unit) || digit(unit)) {
                iban.append(Character.toUpperCase(unit));
            } else if (!space) {
                return;
            }
            at++;
        }
        boolean ends = at == text.length() || !Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) >= 0x2E80;
        if (iban.length() == length && ends && Checksums.mod97(iban.toString())) {
            found.add(new Sighting(Kind.IBAN, start, at, 0.99));
        }
    }

    private static boolean letter(char unit) {
        return (unit | 0x20) >= 'a' && (unit | 0x20) <= 'z';
    }

    private static boolean digit(char unit) {
        return unit >= '0' && unit <= '9';
    }

    private static boolean hex(char unit) {
        return (unit >= '0' && unit <= '9') || ((unit | 0x20) >= 'a' && (unit | 0x20) <= 'f');
    }

    private static boolean wordOrColon(char unit) {
        return Character.isLetterOrDigit(unit) || unit == ':' || unit == '_';
    }
}
