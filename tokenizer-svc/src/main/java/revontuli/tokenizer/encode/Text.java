package revontuli.tokenizer.encode;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import revontuli.platform.fault.Fault;

/// A text that is surely Unicode: made from a string without half surrogate pairs, or from checked UTF-8.
public final class Text {
    private final String field;
    private final @Nullable String string;
    private final byte @Nullable [] utf8;
    private final long bytes;
    private final int replaced;

    private Text(String field, @Nullable String string, byte @Nullable [] utf8, long bytes, int replaced) {
        this.field = field;
        this.string = string;
        this.utf8 = utf8;
        this.bytes = bytes;
        this.replaced = replaced;
    }

    /// A string.
    ///
    /// @param field name of the text, for faults
    public static Text of(String field, String text) {
        long bytes = text.length(); // one for each UTF-16 unit, and what some of them need more
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                continue;
            }
            if (!Character.isSurrogate(c)) {
                bytes += c < 0x800 ? 1 : 2;
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 2;
                i++;
            } else {
                throw new Fault.Invalid(
                                "LONE_SURROGATE",
                                field + ": half of a surrogate pair at UTF-16 unit " + i + "; no UTF-8 can hold it",
                                Map.of("field", field, "at", Integer.toString(i)))
                        .toException();
            }
        }
        return new Text(field, text, null, bytes, 0);
    }

    /// Bytes that may be no UTF-8; they are not copied unless something is replaced.
    public static Text of(String field, byte[] utf8, InvalidUtf8 mode) {
        if (revontuli.bpe.Utf8.firstMalformed(utf8, 0, utf8.length) < 0) {
            return new Text(field, null, utf8, utf8.length, 0);
        }
        ByteArrayOutputStream mended = new ByteArrayOutputStream(utf8.length + 16);
        Utf8Filter filter = new Utf8Filter(field, mode);
        filter.add(utf8, (bytes, from, to) -> mended.write(bytes, from, to - from));
        filter.finish((bytes, from, to) -> mended.write(bytes, from, to - from));
        return new Text(field, null, mended.toByteArray(), mended.size(), Math.toIntExact(filter.replaced()));
    }

    public String field() {
        return field;
    }

    /// Size in UTF-8.
    public long bytes() {
        return bytes;
    }

    /// Bad runs that became U+FFFD.
    public int replaced() {
        return replaced;
    }

    public String string() {
        if (string != null) {
            return string;
        }
        return new String(Objects.requireNonNull(utf8), StandardCharsets.UTF_8);
    }

    int[] ids(Codec codec, boolean specials) {
        return utf8 != null
                ? codec.encode(utf8, specials)
                : codec.encode(string(), specials, false).ids();
    }
}
