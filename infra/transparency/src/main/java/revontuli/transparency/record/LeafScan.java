package revontuli.transparency.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import revontuli.transparency.json.CanonicalJson;

/// Reads a record byte by byte, in the order in which its canonical form has its fields, and builds no tree of it.
///
/// It takes only what [AuditRecord#parse] takes too, and of that only the common: ASCII without escapes, times of day
/// as clocks show them, numbers of up to 18 digits. Whatever else is there is not judged here but left to
/// [AuditRecord#parse]. `LeafScanTest` holds the two together.
final class LeafScan {
    private static final byte[] ACTION = ascii("{\"action\":\"");
    private static final byte[] ACTOR = next("actor");
    private static final byte[] BUILD = next("build");
    private static final byte[] DIGESTS = ascii(",\"digests\":{");
    private static final byte[] EVENT_TIME = next("event_time");
    private static final byte[] FACTS = ascii(",\"facts\":");
    private static final byte[] ID = next("id");
    private static final byte[] NUMBER = next("number");
    private static final byte[] RECORDED_TIME = next("recorded_time");
    private static final byte[] REQUEST = next("request");
    private static final byte[] SCHEMA = ascii(",\"schema\":\"" + AuditEvent.SCHEMA + "\"");
    private static final byte[] SERVICE = next("service");
    private static final byte[] SOURCE = next("source");
    private static final byte[] SOURCES = ascii("sources/");
    private static final byte[] STATE_AFTER = next("state_after");
    private static final byte[] STATE_BEFORE = next("state_before");
    private static final byte[] SUBJECT = next("subject");
    private static final byte[] SUBJECT_NUMBER = next("subject_number");
    private static final byte[] TENANT = next("tenant");
    private static final byte[] SHA_256 = ascii("sha256:");
    private static final byte[] TRUE = ascii("true");
    private static final byte[] FALSE = ascii("false");

    private static final int HEX_DIGITS = 64;
    private static final int DIGITS_MAX = 18;
    private static final int DIGESTS_MAX = 64;
    /// The object of the facts lies two levels down in a leaf.
    private static final int FACTS_DEPTH = 3;

    private static final int[] DAYS = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    private final byte[] in;
    private final int end;
    private int at;
    /// The last text that was read, without its quotes.
    private int from;
    private int to;
    private int serviceFrom;
    private int serviceTo;

    private LeafScan(byte[] in, int at, int end) {
        this.in = in;
        this.at = at;
        this.end = end;
    }

    /// Not of the common form; whether it is a record at all is for others to say.
    private static final class UncommonException extends Exception {
        private static final long serialVersionUID = 1L;

        private UncommonException() {
            super("not of the common form", null, false, false);
        }
    }

    /// The head of the record in these bytes, or null where the record is not of the common form.
    static @Nullable LeafHead head(byte[] leaf, int recordFrom, int recordTo) {
        try {
            return new LeafScan(leaf, recordFrom, recordTo).record();
        } catch (UncommonException _) {
            return null;
        }
    }

    private LeafHead record() throws UncommonException {
        String action = action();
        field(ACTOR, 1, 256);
        skip(BUILD);
        digest();
        digests();
        skip(EVENT_TIME);
        time();
        facts();
        skip(ID);
        UUID id = uuid();
        skip('"');
        long number = positive(NUMBER);
        skip(RECORDED_TIME);
        time();
        field(REQUEST, 0, 128);
        skip(SCHEMA);
        String service = service();
        String source = source();
        String after = state(STATE_AFTER);
        String before = state(STATE_BEFORE);
        field(SUBJECT, 1, 256);
        String name = text();
        long subjectNumber = positive(SUBJECT_NUMBER);
        field(TENANT, 0, 64);
        skip('}');
        require(at == end);
        return new LeafHead(
                source, number, action, id, service, new LeafHead.About(name, subjectNumber, before, after));
    }

    private String action() throws UncommonException {
        field(ACTION, 3, 64);
        boolean begins = true;
        boolean dotted = false;
        for (int i = from; i < to; i++) {
            byte c = in[i];
            if (begins) {
                require(isLower(c));
                begins = false;
            } else if (c == '.') {
                begins = true;
                dotted = true;
            } else {
                require(isLower(c) || isDigit(c) || c == '_' || c == '-');
            }
        }
        require(dotted && !begins);
        return text();
    }

    private void digests() throws UncommonException {
        skip(DIGESTS);
        if (take('}')) {
            return;
        }
        int count = 0;
        int lastFrom = 0;
        int lastTo = 0;
        do {
            skip('"');
            string();
            int length = to - from;
            require(++count <= DIGESTS_MAX && length >= 1 && length <= HEX_DIGITS && isLower(in[from]));
            for (int i = from + 1; i < to; i++) {
                byte c = in[i];
                require(isLower(c) || isDigit(c) || c == '_' || c == '.' || c == '-');
            }
            require(count == 1 || Arrays.compareUnsigned(in, lastFrom, lastTo, in, from, to) < 0);
            lastFrom = from;
            lastTo = to;
            skip(':');
            skip('"');
            digest();
        } while (take(','));
        skip('}');
    }

    private void digest() throws UncommonException {
        skip(SHA_256);
        require(at + HEX_DIGITS <= end);
        for (int i = at; i < at + HEX_DIGITS; i++) {
            require(isDigit(in[i]) || (in[i] >= 'a' && in[i] <= 'f'));
        }
        at += HEX_DIGITS;
        skip('"');
    }

    private void facts() throws UncommonException {
        skip(FACTS);
        int begin = at;
        require(at < end && in[at] == '{');
        value(FACTS_DEPTH);
        require(at - begin <= AuditEvent.FACTS_BYTES_MAX);
    }

    /// @param depth of the object or list that stands here
    private void value(int depth) throws UncommonException {
        require(at < end && depth <= CanonicalJson.DEPTH_MAX + 1);
        switch (in[at]) {
            case '"' -> {
                at++;
                string();
            }
            case '{' -> members(depth);
            case '[' -> items(depth);
            case 't' -> skip(TRUE);
            case 'f' -> skip(FALSE);
            default -> throw new UncommonException();
        }
    }

    private void members(int depth) throws UncommonException {
        require(depth <= CanonicalJson.DEPTH_MAX);
        at++;
        if (take('}')) {
            return;
        }
        int lastFrom = -1;
        int lastTo = -1;
        do {
            skip('"');
            string();
            require(lastFrom < 0 || Arrays.compareUnsigned(in, lastFrom, lastTo, in, from, to) < 0);
            lastFrom = from;
            lastTo = to;
            skip(':');
            value(depth + 1);
        } while (take(','));
        skip('}');
    }

    private void items(int depth) throws UncommonException {
        require(depth <= CanonicalJson.DEPTH_MAX);
        at++;
        if (take(']')) {
            return;
        }
        do {
            value(depth + 1);
        } while (take(','));
        skip(']');
    }

    /// `2026-01-31T12:00:00.000000Z`, in the years 1970 to 9999.
    private void time() throws UncommonException {
        require(at + 28 <= end);
        int year = number(at, 4);
        int month = number(at + 5, 2);
        int day = number(at + 8, 2);
        require(year >= 1970
                && month >= 1
                && month <= 12
                && day >= 1
                && day <= DAYS[month - 1] + (month == 2 && isLeap(year) ? 1 : 0)
                && number(at + 11, 2) <= 23
                && number(at + 14, 2) <= 59
                && number(at + 17, 2) <= 59
                && number(at + 20, 6) >= 0
                && in[at + 4] == '-'
                && in[at + 7] == '-'
                && in[at + 10] == 'T'
                && in[at + 13] == ':'
                && in[at + 16] == ':'
                && in[at + 19] == '.'
                && in[at + 26] == 'Z');
        at += 27;
        skip('"');
    }

    private static boolean isLeap(int year) {
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    }

    private int number(int begin, int digits) throws UncommonException {
        int value = 0;
        for (int i = begin; i < begin + digits; i++) {
            require(isDigit(in[i]));
            value = value * 10 + in[i] - '0';
        }
        return value;
    }

    private UUID uuid() throws UncommonException {
        require(at + 36 <= end && in[at + 8] == '-' && in[at + 13] == '-' && in[at + 18] == '-' && in[at + 23] == '-');
        long high = hex(at, 8) << 32 | hex(at + 9, 4) << 16 | hex(at + 14, 4);
        long low = hex(at + 19, 4) << 48 | hex(at + 24, 12);
        at += 36;
        return new UUID(high, low);
    }

    private long hex(int begin, int digits) throws UncommonException {
        long value = 0;
        for (int i = begin; i < begin + digits; i++) {
            byte c = in[i];
            boolean digit = isDigit(c);
            require(digit || (c >= 'a' && c <= 'f'));
            value = value << 4 | (digit ? c - '0' : c - 'a' + 10);
        }
        return value;
    }

    private long positive(byte[] name) throws UncommonException {
        field(name, 1, DIGITS_MAX);
        require(in[from] != '0');
        long value = 0;
        for (int i = from; i < to; i++) {
            require(isDigit(in[i]));
            value = value * 10 + in[i] - '0';
        }
        return value;
    }

    private String service() throws UncommonException {
        field(SERVICE, 1, 32);
        require(isLower(in[from]));
        for (int i = from + 1; i < to; i++) {
            require(isLower(in[i]) || isDigit(in[i]) || in[i] == '-');
        }
        serviceFrom = from;
        serviceTo = to;
        return text();
    }

    /// `sources/`, the service, `-` and a UUID.
    private String source() throws UncommonException {
        skip(SOURCE);
        int begin = at;
        skip(SOURCES);
        int length = serviceTo - serviceFrom;
        require(at + length <= end && Arrays.equals(in, at, at + length, in, serviceFrom, serviceTo));
        at += length;
        skip('-');
        uuid();
        String source = new String(in, begin, at - begin, StandardCharsets.ISO_8859_1);
        skip('"');
        return source;
    }

    private String state(byte[] name) throws UncommonException {
        field(name, 0, 32);
        for (int i = from; i < to; i++) {
            byte c = in[i];
            require((c >= 'A' && c <= 'Z') || isDigit(c) || c == '_');
        }
        return text();
    }

    /// A field's name and its text.
    private void field(byte[] name, int charsMin, int charsMax) throws UncommonException {
        skip(name);
        string();
        require(to - from >= charsMin && to - from <= charsMax);
    }

    /// The rest of a text whose first quote was read: printable ASCII without escapes.
    private void string() throws UncommonException {
        from = at;
        while (at < end) {
            byte c = in[at];
            if (c == '"') {
                to = at++;
                return;
            }
            if (c < ' ' || c == '\\' || c == 0x7f) { // a byte of a longer character is negative
                throw new UncommonException();
            }
            at++;
        }
        throw new UncommonException();
    }

    private String text() {
        return from == to ? "" : new String(in, from, to - from, StandardCharsets.ISO_8859_1);
    }

    private void skip(byte[] expected) throws UncommonException {
        int behind = at + expected.length;
        require(behind <= end && Arrays.equals(in, at, behind, expected, 0, expected.length));
        at = behind;
    }

    private void skip(char expected) throws UncommonException {
        require(at < end && in[at] == expected);
        at++;
    }

    private boolean take(char c) {
        if (at < end && in[at] == c) {
            at++;
            return true;
        }
        return false;
    }

    private static boolean isLower(byte c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    private static void require(boolean common) throws UncommonException {
        if (!common) {
            throw new UncommonException();
        }
    }

    private static byte[] next(String name) {
        return ascii(",\"" + name + "\":\"");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
