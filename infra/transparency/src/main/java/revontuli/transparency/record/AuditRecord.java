package revontuli.transparency.record;

import java.util.regex.Pattern;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Field;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;

/// An event at its place in a source. A source is one run of one instance; its numbers are dense from 1.
public record AuditRecord(String source, long number, AuditEvent event) {
    /// Opens a source: always number 1, subject is the source itself, and the facts `public_key` (base64 of the raw
    /// key that signs every record of the source), `predecessor` (the name of the source that it follows) and
    /// `predecessor_last_number` (both left out or empty if there is none).
    public static final String SOURCE_OPENED = "source.opened";

    /// Ends a source: nothing of it may follow.
    public static final String SOURCE_CLOSED = "source.closed";

    private static final Pattern UUID_FORM =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    public AuditRecord {
        Field.positive("number", number);
        String prefix = "sources/" + event.writer().service() + "-";
        if (!source.startsWith(prefix)
                || !UUID_FORM.matcher(source.substring(prefix.length())).matches()) {
            throw new MalformedException("field 'source' must be '" + prefix + "' and a UUID in lower case");
        }
    }

    /// The canonical bytes: what the source signs.
    public byte[] bytes() {
        return CanonicalJson.encode(event.fields().with("source", source).with("number", Json.number(number)));
    }

    /// Reads canonical bytes; `parse(b).bytes()` equals `b`.
    public static AuditRecord parse(byte[] bytes) {
        Json.Fields in = CanonicalJson.parseFields(bytes);
        String source = in.text("source");
        long number = Json.parseNumber("number", in.text("number"));
        return new AuditRecord(source, number, AuditEvent.of(in.without("source", "number")));
    }
}
