package revontuli.transparency.export;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A table of which every row is a subject of the log. All three are trainer-svc's.
public enum ExportTable {
    DATASETS("datasets", "datasets/[^/]+", "dataset"),
    JOBS("jobs", "jobs/[^/]+", "plan"),
    MODEL_VERSIONS("model_versions", "models/[^/]+/versions/[^/]+", "model");

    /// The service whose records speak of the rows.
    public static final String SERVICE = "trainer-svc";

    private static final List<ExportTable> ALL = List.of(values());

    private final String title;
    private final Pattern names;
    private final String role;

    ExportTable(String title, String names, String role) {
        this.title = title;
        this.names = Pattern.compile(names);
        this.role = role;
    }

    /// As exports and calls name it.
    public String title() {
        return title;
    }

    /// Under which role a record names the digest that the row has.
    String role() {
        return role;
    }

    String file() {
        return title + ".jsonl";
    }

    /// Whether a row of this table has such a name.
    boolean has(String subject) {
        return names.matcher(subject).matches();
    }

    public static Optional<ExportTable> titled(String title) {
        return ALL.stream().filter(table -> table.title.equals(title)).findFirst();
    }

    /// The table of which a subject of [#SERVICE] is a row.
    static Optional<ExportTable> of(String subject) {
        return ALL.stream().filter(table -> table.has(subject)).findFirst();
    }
}
