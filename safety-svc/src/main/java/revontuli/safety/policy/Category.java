package revontuli.safety.policy;

import java.util.Arrays;
import java.util.Optional;

/// What a text can do wrong. A policy must say something about each.
public enum Category {
    HARM_TO_SELF_OR_OTHERS("harm-to-self-or-others"),
    CYBER_ATTACKS("cyber-attacks"),
    CBRN_WEAPONS("cbrn-weapons"),
    ILLEGAL_ACTS("illegal-acts"),
    PRIVACY_INFRINGEMENT("privacy-infringement"),
    CIRCUMVENTING_CONTROLS("circumventing-controls"),
    HATE_AND_HARASSMENT("hate-and-harassment"),
    SEXUAL_CONTENT("sexual-content"),
    CHILD_SAFETY("child-safety"),
    PERSONAL_DATA("personal-data");

    private final String id;

    Category(String id) {
        this.id = id;
    }

    /// The name in policies, verdicts and records; stable.
    public String id() {
        return id;
    }

    public static Optional<Category> find(String id) {
        return Arrays.stream(values())
                .filter(category -> category.id.equals(id))
                .findFirst();
    }
}
