package revontuli.safety.policy;

import java.util.Arrays;
import java.util.Optional;

/// Which way a text goes: from a person to the model, or from the model to a person.
public enum Direction {
    PROMPT("prompt"),
    OUTPUT("output");

    private final String id;

    Direction(String id) {
        this.id = id;
    }

    public String id() {
        return id;
    }

    public static Optional<Direction> find(String id) {
        return Arrays.stream(values())
                .filter(direction -> direction.id.equals(id))
                .findFirst();
    }
}
