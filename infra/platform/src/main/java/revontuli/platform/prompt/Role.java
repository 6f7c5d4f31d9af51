package revontuli.platform.prompt;

import java.util.Locale;

/// Who speaks in a dialogue.
public enum Role {
    SYSTEM,
    USER,
    ASSISTANT,
    TOOL;

    /// As templates spell it.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
