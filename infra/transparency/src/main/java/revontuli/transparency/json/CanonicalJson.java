package revontuli.transparency.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;

/// RFC 8785 restricted to objects, arrays, strings and booleans, so that a value and its bytes determine each other:
/// `parse(encode(x)) = x`, and `encode(parse(b)) = b` for every `b` that [#parse] takes.
public final class CanonicalJson {
    /// Nesting of objects and arrays; a lone text has depth 0.
    public static final int DEPTH_MAX = 16;

    /// Longest encoding, in bytes.
    public static final int BYTES_MAX = 64 * 1024;

    private CanonicalJson() {}

    /// The one byte form of a value. Refuses what [#parse] would refuse: lone surrogates, too deep, too long.
    public static byte[] encode(Json value) {
        byte[] bytes = text(value).getBytes(StandardCharsets.UTF_8);
        if (bytes.length > BYTES_MAX) {
            throw new MalformedException(
                    "JSON is " + bytes.length + " bytes long; at most " + BYTES_MAX + " are allowed");
        }
        return bytes;
    }

    /// As [#encode], as text.
    public static String text(Json value) {
        StringBuilder out = new StringBuilder(256);
        write(value, 0, out);
        return out.toString();
    }

    /// Reads canonical bytes; any other spelling of the same value is malformed.
    public static Json parse(byte[] bytes) {
        Json value = parseAnyForm(bytes);
        if (!Arrays.equals(encode(value), bytes)) {
            throw new MalformedException(
                    "JSON is not in canonical form (RFC 8785): check white space, key order, escapes");
        }
        return value;
    }

    /// As [#parse], for bytes that must hold an object.
    public static Json.Fields parseFields(byte[] bytes) {
        return fieldsOf(parse(bytes));
    }

    /// Reads any spelling of a value: white space, key order and escapes are free; everything else stays refused.
    /// For input typed by people or written by other libraries; never for bytes that are to be hashed again.
    public static Json parseAnyForm(byte[] bytes) {
        if (bytes.length > BYTES_MAX) {
            throw new MalformedException(
                    "JSON is " + bytes.length + " bytes long; at most " + BYTES_MAX + " are allowed");
        }
        return new JsonReader(JsonReader.utf8(bytes)).readAll();
    }

    /// As [#parseAnyForm], for bytes that must hold an object.
    public static Json.Fields parseFieldsAnyForm(byte[] bytes) {
        return fieldsOf(parseAnyForm(bytes));
    }

    private static Json.Fields fieldsOf(Json value) {
        if (value instanceof Json.Fields fields) {
            return fields;
        }
        throw new MalformedException("JSON must be an object");
    }

    private static void write(Json value, int depth, StringBuilder out) {
        switch (value) {
            case Json.Text(var text) -> writeText(text, out);
            case Json.Flag(var flag) -> out.append(flag);
            case Json.Items(var values) -> {
                int inner = deeper(depth);
                out.append('[');
                for (int i = 0; i < values.size(); i++) {
                    if (i > 0) {
                        out.append(',');
                    }
                    write(values.get(i), inner, out);
                }
                out.append(']');
            }
            case Json.Fields(var members) -> {
                int inner = deeper(depth);
                out.append('{');
                Iterator<Map.Entry<String, Json>> each = members.entrySet().iterator();
                while (each.hasNext()) {
                    Map.Entry<String, Json> member = each.next();
                    writeText(member.getKey(), out);
                    out.append(':');
                    write(member.getValue(), inner, out);
                    if (each.hasNext()) {
                        out.append(',');
                    }
                }
                out.append('}');
            }
        }
    }

    static int deeper(int depth) {
        if (depth >= DEPTH_MAX) {
            throw new MalformedException("JSON is nested deeper than " + DEPTH_MAX + " levels");
        }
        return depth + 1;
    }

    private static void writeText(String text, StringBuilder out) {
        out.append('"');
        int plain = 0;
        while (plain < text.length() && isPlain(text.charAt(plain))) {
            plain++;
        }
        out.append(text, 0, plain);
        for (int i = plain; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\t' -> out.append("\\t");
                case '\n' -> out.append("\\n");
                case '\f' -> out.append("\\f");
                case '\r' -> out.append("\\r");
                default -> {
                    if (c < 0x20) {
                        out.append(c < 0x10 ? "\\u000" : "\\u00").append(Integer.toHexString(c));
                    } else if (!Character.isSurrogate(c)) {
                        out.append(c);
                    } else if (Character.isHighSurrogate(c)
                            && i + 1 < text.length()
                            && Character.isLowSurrogate(text.charAt(i + 1))) {
                        out.append(c).append(text.charAt(++i));
                    } else {
                        throw new MalformedException("text holds half of a surrogate pair; remove or complete it");
                    }
                }
            }
        }
        out.append('"');
    }

    private static boolean isPlain(char c) {
        return c >= 0x20 && c != '"' && c != '\\' && !Character.isSurrogate(c);
    }
}
