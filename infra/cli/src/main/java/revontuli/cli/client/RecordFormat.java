package revontuli.cli.client;

import com.google.protobuf.util.Timestamps;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import revontuli.api.safety.v1.AuditRecord;

/// How `audit query` writes records for programs.
enum RecordFormat {
    /// A table for people, one page.
    TABLE,
    /// RFC 4180, with a header. Spreadsheets take cells that begin with `=` and its like for formulas: such cells get
    /// an apostrophe.
    CSV,
    /// One JSON object a line.
    JSONL;

    private static final List<String> COLUMNS =
            List.of("index", "event_time", "action", "subject", "tenant", "actor", "service", "digests", "leaf");

    static String header() {
        return String.join(",", COLUMNS);
    }

    static String csv(AuditRecord record) {
        Map<String, String> digests = new TreeMap<>(record.getDigestsMap());
        return List.of(
                        Long.toString(record.getIndex()),
                        Timestamps.toString(record.getEventTime()),
                        record.getAction(),
                        record.getSubject(),
                        record.getTenant(),
                        record.getActor(),
                        record.getService(),
                        digests.entrySet().stream()
                                .map(one -> one.getKey() + "=" + one.getValue())
                                .collect(Collectors.joining(" ")),
                        record.getLeaf().toStringUtf8())
                .stream()
                .map(RecordFormat::cell)
                .collect(Collectors.joining(","));
    }

    static String cell(String text) {
        String safe = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        boolean quoted = safe.chars().anyMatch(c -> c == '"' || c == ',' || c == '\n' || c == '\r');
        return quoted ? "\"" + safe.replace("\"", "\"\"") + "\"" : safe;
    }
}
