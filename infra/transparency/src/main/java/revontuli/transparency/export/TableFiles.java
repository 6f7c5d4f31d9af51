package revontuli.transparency.export;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import revontuli.transparency.export.Verification.Reason;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;
import revontuli.transparency.json.MalformedException;

/// The tables of an export as files: `tables/taken.json` says which there are and of which size of the log, the others
/// hold a row a line.
final class TableFiles {
    private static final String TAKEN = "taken.json";
    private static final int TAKEN_BYTES_MAX = 1_024;
    private static final String LOG_SIZE = "log_size";
    private static final String TITLES = "tables";

    private TableFiles() {}

    /// A row whose last record was not met while the leaves were written is marked as ahead of them.
    static void write(Path export, TakenTables taken) throws IOException {
        Path folder = Files.createDirectories(export.resolve(ExportFiles.TABLES));
        for (ExportTable table : taken.tables()) {
            try (OutputStream out = create(folder.resolve(table.file()))) {
                for (TakenTables.Entry entry : taken.rows(table)) {
                    out.write(new TableRow.Line(entry.row, !entry.met && entry.row.number() > 0).bytes());
                    out.write('\n');
                }
            }
        }
        try (OutputStream out = create(folder.resolve(TAKEN))) {
            out.write(CanonicalJson.encode(Json.fields()
                    .with(LOG_SIZE, Long.toString(taken.logSize()))
                    .with(
                            TITLES,
                            Json.Items.ofTexts(taken.tables().stream()
                                    .map(ExportTable::title)
                                    .toList()))));
            out.write('\n');
        }
    }

    private static OutputStream create(Path file) throws IOException {
        return new BufferedOutputStream(Files.newOutputStream(file, StandardOpenOption.CREATE_NEW));
    }

    /// Empty where an export has no tables.
    static Optional<TakenTables> read(Path export) throws IOException, BadExportException {
        Path folder = export.resolve(ExportFiles.TABLES);
        if (!Files.exists(folder)) {
            return Optional.empty();
        }
        Json.Fields fields = taken(folder.resolve(TAKEN));
        TakenTables taken;
        try {
            long size = Json.parseNumber(LOG_SIZE, fields.text(LOG_SIZE));
            if (size < 0) {
                throw new MalformedException("field 'log_size' counts from 0");
            }
            taken = new TakenTables(size);
            titles(fields).forEach(taken::open);
        } catch (MalformedException e) {
            throw malformed(TAKEN, e.getMessage());
        }
        for (ExportTable table : taken.tables()) {
            readRows(folder.resolve(table.file()), table, taken);
        }
        return Optional.of(taken);
    }

    private static Json.Fields taken(Path file) throws IOException, BadExportException {
        requireFile(file);
        if (Files.size(file) > TAKEN_BYTES_MAX) {
            throw malformed(TAKEN, "longer than " + TAKEN_BYTES_MAX + " bytes");
        }
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length == 0 || bytes[bytes.length - 1] != '\n') {
            throw malformed(TAKEN, "it does not end with a newline");
        }
        try {
            Json.Fields fields = CanonicalJson.parseFields(Arrays.copyOf(bytes, bytes.length - 1));
            if (!fields.members().keySet().equals(Set.of(LOG_SIZE, TITLES))) {
                throw new MalformedException("it must have log_size and tables and no other");
            }
            return fields;
        } catch (MalformedException e) {
            throw malformed(TAKEN, e.getMessage());
        }
    }

    /// At least one, in order.
    private static List<ExportTable> titles(Json.Fields fields) {
        List<ExportTable> tables = new ArrayList<>();
        for (Json item : fields.items(TITLES)) {
            ExportTable table = item instanceof Json.Text(String title)
                    ? ExportTable.titled(title).orElse(null)
                    : null;
            if (table == null || (!tables.isEmpty() && tables.getLast().compareTo(table) >= 0)) {
                throw new MalformedException("field 'tables' must list known tables, each once and in order");
            }
            tables.add(table);
        }
        if (tables.isEmpty()) {
            throw new MalformedException("field 'tables' must list a table");
        }
        return tables;
    }

    private static void readRows(Path file, ExportTable table, TakenTables taken)
            throws IOException, BadExportException {
        requireFile(file);
        try (LeafLines lines = new LeafLines(file)) {
            for (byte[] line = line(lines, table); line != null; line = line(lines, table)) {
                try {
                    taken.add(table, TableRow.Line.parse(line));
                } catch (MalformedException e) {
                    throw malformed(table.file() + " line " + (lines.index() + 1), e.getMessage());
                }
            }
        }
    }

    private static byte @Nullable [] line(LeafLines lines, ExportTable table) throws IOException, BadExportException {
        try {
            return lines.next();
        } catch (BadExportException e) {
            throw malformed(table.file() + " line " + (e.index() + 1), e.sentence());
        }
    }

    private static void requireFile(Path file) throws BadExportException {
        if (!Files.isRegularFile(file)) {
            throw malformed(file.getFileName().toString(), "it is not there");
        }
    }

    private static BadExportException malformed(String where, @Nullable String why) {
        return new BadExportException(
                Reason.TABLE_MALFORMED, BadExportException.NO_INDEX, ExportFiles.TABLES + "/" + where + ": " + why);
    }
}
