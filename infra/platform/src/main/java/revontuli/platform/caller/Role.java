package revontuli.platform.caller;

import java.util.Locale;
import java.util.Optional;

/// What a principal may do. A method of the API names the roles it is open to; no role is above another.
public enum Role {
    /// Encodes, generates, asks for its own records.
    CALLER,
    /// Registers data, submits and steers jobs, makes keys.
    OPERATOR,
    /// Works with candidates in the evaluate lane.
    EVALUATOR,
    /// Decides on queued reviews.
    REVIEWER,
    /// Signs promotions and revocations.
    APPROVER,
    /// Reads the whole audit log.
    AUDITOR,
    /// A service of this suite; may act for a tenant.
    SERVICE;

    /// Lower-case name, as files and messages have it.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Role> find(String text) {
        for (Role role : values()) {
            if (role.text().equals(text)) {
                return Optional.of(role);
            }
        }
        return Optional.empty();
    }
}
