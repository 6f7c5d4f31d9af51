package revontuli.inference.model;

import java.util.Arrays;
import revontuli.transparency.statement.Statement;

/// On what ground a version is here.
public enum Origin {
    /// Approved by a quorum of people.
    PROMOTION("promotion"),
    /// Vouched for by the installation's own key.
    IMPORT("import"),
    /// Asked for by an evaluator; never served.
    CANDIDATE("candidate");

    private final String text;

    Origin(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    public static Origin parse(String text) {
        return Arrays.stream(values())
                .filter(origin -> origin.text.equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no such origin: " + text));
    }

    static Origin of(Statement.Kind kind) {
        return switch (kind) {
            case PROMOTION -> PROMOTION;
            case IMPORT -> IMPORT;
        };
    }
}
