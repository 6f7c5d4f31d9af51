package revontuli.transparency.export;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.MalformedException;
import revontuli.transparency.record.PrunedLeaf;

/// Tables with the size that the log had before they were read: what those leaves say of a row, the row must know.
public final class TakenTables {
    /// Rows of all tables together.
    public static final int ROWS_MAX = 100_000;

    private final long logSize;
    private final Map<ExportTable, Map<String, Entry>> tables = new EnumMap<>(ExportTable.class);
    private final Map<Digest, Entry> subjects = new TreeMap<>();

    /// A row, and whether its last record was met.
    static final class Entry {
        final ExportTable table;
        final TableRow row;
        final boolean saidAhead;
        boolean met;

        private Entry(ExportTable table, TableRow.Line line) {
            this.table = table;
            this.row = line.row();
            this.saidAhead = line.ahead();
        }
    }

    /// @param logSize leaves of the log before the first row was read
    public TakenTables(long logSize) {
        this.logSize = logSize;
    }

    /// Takes the rows of a table; called at least once for every table, also for one without rows. A row that comes
    /// twice or is none of the table's, and too many rows are [MalformedException].
    public void add(ExportTable table, List<TableRow> rows) {
        open(table);
        rows.forEach(row -> add(table, new TableRow.Line(row, false)));
    }

    Map<String, Entry> open(ExportTable table) {
        return tables.computeIfAbsent(table, _ -> new TreeMap<>());
    }

    void add(ExportTable table, TableRow.Line line) {
        String name = line.row().name();
        if (!table.has(name)) {
            throw new MalformedException("'" + name + "' is no name of a row of " + table.title());
        }
        if (subjects.size() == ROWS_MAX) {
            throw new MalformedException("the tables have more than " + ROWS_MAX + " rows");
        }
        Entry entry = new Entry(table, line);
        if (subjects.putIfAbsent(PrunedLeaf.subjectDigest(ExportTable.SERVICE, name), entry) != null) {
            throw new MalformedException("row '" + name + "' is there twice");
        }
        open(table).put(name, entry);
    }

    long logSize() {
        return logSize;
    }

    List<ExportTable> tables() {
        return List.copyOf(tables.keySet());
    }

    /// By name.
    List<Entry> rows(ExportTable table) {
        return List.copyOf(tables.getOrDefault(table, Map.of()).values());
    }

    /// The row whose records name this subject, by [PrunedLeaf#subjectDigest].
    @Nullable
    Entry row(Digest subject) {
        return subjects.get(subject);
    }
}
