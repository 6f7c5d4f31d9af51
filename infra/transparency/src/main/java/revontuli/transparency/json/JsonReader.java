package revontuli.transparency.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Reads one JSON text of the restricted kind. Depth is bounded before the stack is; positions in messages count
/// UTF-16 units from 0.
final class JsonReader {
    private final String in;
    private int at;

    JsonReader(String in) {
        this.in = in;
    }

    /// Decodes strictly: invalid UTF-8, encoded surrogates and overlong forms are malformed, never replaced.
    static String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException _) {
            throw new MalformedException("JSON must be valid UTF-8");
        }
    }

    Json readAll() {
        Json value = value(0);
        skipSpace();
        if (at < in.length()) {
            throw wrong("nothing more");
        }
        return value;
    }

    private Json value(int depth) {
        skipSpace();
        return switch (peek()) {
            case '{' -> fields(CanonicalJson.deeper(depth));
            case '[' -> items(CanonicalJson.deeper(depth));
            case '"' -> new Json.Text(text());
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> throw wrong("no null here (leave the field out)");
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> throw wrong("a number as a decimal text");
            default -> throw wrong("a value");
        };
    }

    private Json.Fields fields(int depth) {
        TreeMap<String, Json> members = new TreeMap<>();
        at++;
        skipSpace();
        if (take('}')) {
            return new Json.Fields(members);
        }
        do {
            skipSpace();
            if (peek() != '"') {
                throw wrong("a member name");
            }
            String name = text();
            skipSpace();
            expect(':');
            if (members.containsKey(name)) {
                throw wrong("each member name once");
            }
            members.put(name, value(depth));
            skipSpace();
        } while (take(','));
        expect('}');
        return new Json.Fields(members);
    }

    private Json.Items items(int depth) {
        List<Json> values = new ArrayList<>();
        at++;
        skipSpace();
        if (take(']')) {
            return new Json.Items(values);
        }
        do {
            values.add(value(depth));
            skipSpace();
        } while (take(','));
        expect(']');
        return new Json.Items(values);
    }

    private Json.Flag word(String word, boolean value) {
        if (!in.startsWith(word, at)) {
            throw wrong("'" + word + "'");
        }
        at += word.length();
        return new Json.Flag(value);
    }

    private String text() {
        int from = ++at;
        while (peek() != '"') {
            char c = in.charAt(at);
            if (c == '\\') {
                return textWithEscapes(from);
            }
            if (c < 0x20) {
                throw wrong("control characters escaped");
            }
            at++;
        }
        return in.substring(from, at++); // strict UTF-8 has no half of a surrogate pair; only escapes can make one
    }

    private String textWithEscapes(int from) {
        StringBuilder out = new StringBuilder().append(in, from, at);
        while (peek() != '"') {
            char c = in.charAt(at);
            if (c < 0x20) {
                throw wrong("control characters escaped");
            }
            at++;
            out.append(c == '\\' ? escape() : c);
        }
        at++;
        String text = out.toString();
        if (text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)) {
            throw wrong("no half of a surrogate pair in a text");
        }
        return text;
    }

    private char escape() {
        char kind = peek();
        at++;
        return switch (kind) {
            case '"', '\\', '/' -> kind;
            case 'b' -> '\b';
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'f' -> '\f';
            case 'r' -> '\r';
            case 'u' -> unicode();
            default -> throw wrong("a known escape");
        };
    }

    private char unicode() {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            int digit = hexDigit(peek());
            if (digit < 0) {
                throw wrong("four hexadecimal digits");
            }
            code = code * 16 + digit;
            at++;
        }
        return (char) code;
    }

    private static int hexDigit(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    private void skipSpace() {
        while (at < in.length() && " \t\n\r".indexOf(in.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        if (at >= in.length()) {
            throw wrong("more (the text ends too early)");
        }
        return in.charAt(at);
    }

    private boolean take(char c) {
        if (at < in.length() && in.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char c) {
        if (!take(c)) {
            throw wrong("'" + c + "'");
        }
    }

    private MalformedException wrong(String expected) {
        return new MalformedException("JSON at position " + at + ": expected " + expected);
    }
}
