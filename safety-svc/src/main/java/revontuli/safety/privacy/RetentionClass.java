package revontuli.safety.privacy;

import java.time.Duration;
import java.util.Locale;

/// How long what opens commitments is kept, unless it is erased before or held longer.
public enum RetentionClass {
    /// What providers and deployers of regulated systems must keep at least: six months.
    STANDARD(Duration.ofDays(183)),
    /// Ten years.
    LONG(Duration.ofDays(3_653));

    private final Duration time;

    RetentionClass(Duration time) {
        this.time = time;
    }

    public Duration time() {
        return time;
    }

    /// As it stands in tables and settings.
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
