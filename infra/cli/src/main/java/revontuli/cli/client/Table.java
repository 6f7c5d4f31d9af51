package revontuli.cli.client;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import revontuli.cli.Out;

/// Rows under headings, columns as wide as their longest entry.
final class Table {
    private final List<String[]> rows = new ArrayList<>();

    Table(String... headings) {
        rows.add(headings);
    }

    void row(String... cells) {
        rows.add(cells);
    }

    void print(Out out) {
        int[] widths = new int[rows.getFirst().length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (int r = 0; r < rows.size(); r++) {
            StringBuilder line = new StringBuilder();
            String[] row = rows.get(r);
            for (int i = 0; i < row.length; i++) {
                line.append(i + 1 == row.length ? row[i] : row[i] + " ".repeat(widths[i] - row[i].length() + 2));
            }
            out.line(r == 0 ? out.dim(line.toString()) : line.toString());
        }
        if (rows.size() == 1) {
            out.line(out.dim("(none)"));
        }
    }

    @Override
    public String toString() {
        return rows.stream().map(Arrays::toString).toList().toString();
    }
}
