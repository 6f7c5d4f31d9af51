package revontuli.transparency.export;

import java.util.Set;
import java.util.regex.Pattern;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Field;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;

/// A row as it stood when the tables were read.
///
/// @param name resource name, the subject of its records
/// @param state as its last record must have left it; empty where its table has no states
/// @param digest what its records must name under the table's role
/// @param number of its last record within the subject; 0 where it has none
public record TableRow(String name, String state, Digest digest, long number) {
    /// In bytes of its line.
    static final int BYTES_MAX = 1_024;

    private static final int NAME_CHARS_MAX = 256;
    private static final Pattern STATE = Pattern.compile("[A-Z0-9_]{0,32}");
    private static final String AHEAD = "ahead";
    private static final Json YES = new Json.Flag(true);
    private static final Set<String> FIELDS = Set.of("digest", "name", "number", "state");

    public TableRow {
        Field.line("name", name, 1, NAME_CHARS_MAX);
        Field.matching("state", state, STATE);
        if (number < 0) {
            throw new MalformedException("field 'number' counts from 0");
        }
    }

    /// A line of a table.
    ///
    /// @param ahead whether the export has the row's last record not yet
    record Line(TableRow row, boolean ahead) {
        byte[] bytes() {
            Json.Fields fields = Json.fields()
                    .with("name", row.name)
                    .with("state", row.state)
                    .with("digest", row.digest.toString())
                    .with("number", Long.toString(row.number));
            return CanonicalJson.encode(ahead ? fields.with(AHEAD, YES) : fields);
        }

        static Line parse(byte[] line) {
            if (line.length > BYTES_MAX) {
                throw new MalformedException("longer than " + BYTES_MAX + " bytes");
            }
            Json.Fields fields = CanonicalJson.parseFields(line);
            Json ahead = fields.members().get(AHEAD);
            if (!fields.without(AHEAD).members().keySet().equals(FIELDS) || (ahead != null && !ahead.equals(YES))) {
                throw new MalformedException(
                        "it must have digest, name, number and state, 'ahead' if true, and no other");
            }
            return new Line(
                    new TableRow(
                            fields.text("name"),
                            fields.text("state"),
                            Digest.parse(fields.text("digest")),
                            Json.parseNumber("number", fields.text("number"))),
                    ahead != null);
        }
    }
}
