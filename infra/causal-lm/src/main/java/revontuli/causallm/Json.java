package revontuli.causallm;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Strict JSON for files that nobody vouched for: no duplicate keys, bounded depth, valid UTF-8, nothing after the
/// end.
///
/// Values come as `Map`, `List`, `String`, [BigDecimal], `Boolean` or [#NULL].
final class Json {
    static final Object NULL = new Object() {
        @Override
        public String toString() {
            return "null";
        }
    };

    private static final int DEPTH_MAX = 16;
    private static final int NUMBER_CHARS_MAX = 40;
    private static final int EXPONENT_MAX = 400;
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    /// The text is not JSON of this kind.
    static final class Malformed extends Exception {
        Malformed(String message, int at) {
            super(message + " at character " + at);
        }
    }

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    static Map<String, Object> object(byte[] utf8) throws Malformed {
        return object(ByteBuffer.wrap(utf8));
    }

    static Map<String, Object> object(ByteBuffer utf8) throws Malformed {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
        } catch (CharacterCodingException _) {
            throw new Malformed("not UTF-8", 0);
        }
        Json json = new Json(text);
        json.blank();
        if (json.peek() != '{') {
            throw new Malformed("not an object", json.at);
        }
        Map<String, Object> object = json.object(1);
        json.blank();
        if (json.at < text.length()) {
            throw new Malformed("something after the end", json.at);
        }
        return object;
    }

    private Map<String, Object> object(int depth) throws Malformed {
        Map<String, Object> members = new LinkedHashMap<>();
        at++;
        blank();
        if (skip('}')) {
            return members;
        }
        do {
            blank();
            int start = at;
            String key = string();
            blank();
            expect(':');
            if (members.putIfAbsent(key, value(depth)) != null) {
                throw new Malformed("duplicate key " + key, start);
            }
            blank();
        } while (skip(','));
        expect('}');
        return members;
    }

    private List<Object> array(int depth) throws Malformed {
        List<Object> items = new ArrayList<>();
        at++;
        blank();
        if (skip(']')) {
            return items;
        }
        do {
            items.add(value(depth));
            blank();
        } while (skip(','));
        expect(']');
        return items;
    }

    private Object value(int depth) throws Malformed {
        blank();
        char next = peek();
        if ((next == '{' || next == '[') && depth >= DEPTH_MAX) {
            throw new Malformed("deeper than " + DEPTH_MAX, at);
        }
        return switch (next) {
            case '{' -> object(depth + 1);
            case '[' -> array(depth + 1);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", NULL);
            default -> number();
        };
    }

    private Object word(String word, Object value) throws Malformed {
        if (!text.startsWith(word, at)) {
            throw new Malformed("unknown word", at);
        }
        at += word.length();
        return value;
    }

    private BigDecimal number() throws Malformed {
        Matcher matcher = NUMBER.matcher(text).region(at, Math.min(text.length(), at + NUMBER_CHARS_MAX));
        if (!matcher.lookingAt()) {
            throw new Malformed("unexpected character", at);
        }
        BigDecimal number = new BigDecimal(matcher.group());
        if (Math.abs((long) number.scale()) > EXPONENT_MAX) {
            throw new Malformed("number out of range", at);
        }
        at = matcher.end();
        return number;
    }

    private String string() throws Malformed {
        expect('"');
        StringBuilder out = new StringBuilder();
        while (true) {
            char c = take();
            if (c == '"') {
                return out.toString();
            } else if (c == '\\') {
                out.append(escape());
            } else if (c < ' ') {
                throw new Malformed("control character in a string", at - 1);
            } else {
                out.append(c);
            }
        }
    }

    private char escape() throws Malformed {
        char c = take();
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> hex();
            default -> throw new Malformed("unknown escape", at - 1);
        };
    }

    private char hex() throws Malformed {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(take(), 16);
            if (digit < 0) {
                throw new Malformed("malformed \\u escape", at - 1);
            }
            code = (code << 4) | digit;
        }
        return (char) code;
    }

    private void blank() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean skip(char c) {
        boolean there = at < text.length() && text.charAt(at) == c;
        if (there) {
            at++;
        }
        return there;
    }

    private void expect(char c) throws Malformed {
        if (!skip(c)) {
            throw new Malformed("expected " + c, at);
        }
    }

    private char peek() throws Malformed {
        if (at >= text.length()) {
            throw new Malformed("cut off", at);
        }
        return text.charAt(at);
    }

    private char take() throws Malformed {
        char c = peek();
        at++;
        return c;
    }

    /// A string literal.
    static String quote(String value) {
        StringBuilder out = new StringBuilder(value.length() + 2).append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || Character.isSurrogate(c)) {
                out.append("\\u%04x".formatted((int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
