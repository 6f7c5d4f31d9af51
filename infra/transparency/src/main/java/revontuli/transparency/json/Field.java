package revontuli.transparency.json;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.regex.Pattern;

/// The forms that single fields of evidence have. Every method names the field when it refuses.
public final class Field {
    private static final Instant EARLIEST = Instant.parse("1970-01-01T00:00:00Z");
    private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{6}Z");

    private Field() {}

    public static String matching(String name, String value, Pattern form) {
        if (!form.matcher(value).matches()) {
            throw new MalformedException("field '" + name + "' must match " + form.pattern());
        }
        return value;
    }

    /// A name or reference: no control characters and no half of a surrogate pair.
    public static String line(String name, String value, int charsMin, int charsMax) {
        if (value.length() < charsMin
                || value.length() > charsMax
                || value.codePoints().anyMatch(Field::fitsNoLine)) {
            throw new MalformedException(
                    "field '" + name + "' must be one line of " + charsMin + " to " + charsMax + " characters");
        }
        return value;
    }

    private static boolean fitsNoLine(int codePoint) {
        return Character.isISOControl(codePoint)
                || (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE);
    }

    public static long positive(String name, long value) {
        if (value < 1) {
            throw new MalformedException("field '" + name + "' counts from 1");
        }
        return value;
    }

    /// Cuts to microseconds, because that is what is written.
    public static Instant time(String name, Instant value) {
        if (value.isBefore(EARLIEST) || !value.isBefore(END)) {
            throw new MalformedException("field '" + name + "' must lie in the years 1970 to 9999");
        }
        return value.truncatedTo(ChronoUnit.MICROS);
    }

    public static String print(Instant time) {
        return MICROS.format(time);
    }

    public static Instant parseTime(String name, String value) {
        matching(name, value, TIME);
        try {
            Instant time = time(name, Instant.parse(value));
            if (print(time).equals(value)) {
                return time;
            }
        } catch (DateTimeException _) {
            // said below
        }
        throw new MalformedException("field '" + name + "' must be a time such as 2026-01-31T12:00:00.000000Z");
    }

    public static UUID parseUuid(String name, String text) {
        try {
            UUID id = UUID.fromString(text);
            if (id.toString().equals(text)) {
                return id;
            }
        } catch (IllegalArgumentException _) {
            // said below
        }
        throw new MalformedException("field '" + name + "' must be a UUID in lower case");
    }
}
