package revontuli.trainer.record;

import java.util.List;
import revontuli.transparency.export.ExportTable;
import revontuli.transparency.export.TableRow;

/// Rows as they stand, each with the number of the last record that was written with it.
@FunctionalInterface
public interface TableRows {
    /// Rows behind a name, by name; the first ones behind the empty text.
    List<TableRow> page(ExportTable table, String after, int size);
}
