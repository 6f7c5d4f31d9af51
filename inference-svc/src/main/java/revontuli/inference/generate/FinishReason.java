package revontuli.inference.generate;

import java.util.Locale;

/// Why a generation ended.
public enum FinishReason {
    STOP,
    LENGTH,
    REFUSED;

    String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
