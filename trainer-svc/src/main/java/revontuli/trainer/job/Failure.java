package revontuli.trainer.job;

import java.util.regex.Pattern;

/// Why a job ended without a candidate. Texts from outside are cut to one line, never refused: an end must be kept.
public record Failure(String reason, String message) {
    private static final Pattern REASON = Pattern.compile("[A-Z][A-Z0-9_]{0,62}");
    private static final int MESSAGE_CHARS_MAX = 500;

    public Failure {
        reason = REASON.matcher(reason).matches() ? reason : "UNKNOWN";
        StringBuilder line = new StringBuilder();
        message.codePoints()
                .limit(MESSAGE_CHARS_MAX)
                .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE ? ' ' : c)
                .forEach(line::appendCodePoint);
        message = line.toString();
    }
}
