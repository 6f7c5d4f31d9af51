package revontuli.cli.safety;

import java.util.ArrayList;
import java.util.List;

/// Records of delimited text in which a cell may stand in double quotes, with separators, line ends and doubled
/// quotes inside.
final class DelimitedText {
    private DelimitedText() {}

    static List<List<String>> read(String text, char separator) {
        List<List<String>> records = new ArrayList<>();
        List<String> record = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (quoted) {
                boolean doubled = unit == '"' && i + 1 < text.length() && text.charAt(i + 1) == '"';
                if (doubled) {
                    i++;
                }
                if (unit == '"' && !doubled) {
                    quoted = false;
                } else {
                    cell.append(unit);
                }
            } else if (unit == '"' && cell.toString().isBlank()) {
                quoted = true;
                cell.setLength(0);
            } else if (unit == separator) {
                record.add(cell.toString());
                cell.setLength(0);
            } else if (unit == '\n') {
                end(records, record, cell);
                record = new ArrayList<>();
            } else if (unit != '\r') {
                cell.append(unit);
            }
        }
        end(records, record, cell);
        return records;
    }

    private static void end(List<List<String>> records, List<String> record, StringBuilder cell) {
        record.add(cell.toString());
        cell.setLength(0);
        if (record.size() > 1 || !record.getFirst().isBlank()) {
            records.add(List.copyOf(record));
        }
    }
}
