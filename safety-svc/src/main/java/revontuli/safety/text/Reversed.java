package revontuli.safety.text;

/// Stretches that bidi controls show backwards, in the order in which people read them. On paper a line's end ends
/// such a stretch; here it does not, because programs that turn texts do not stop there.
final class Reversed {
    private static final char RIGHT_TO_LEFT_OVERRIDE = '\u202E';
    private static final char POP = '\u202C';

    private Reversed() {}

    /// Every unit of a turned stretch points to the whole stretch.
    static MappedText of(MappedText source) {
        String text = source.text();
        MappedText.Builder out = new MappedText.Builder(source);
        for (int at = 0; at < text.length(); ) {
            if (text.charAt(at) != RIGHT_TO_LEFT_OVERRIDE) {
                out.append(text.charAt(at), at, at + 1);
                at++;
                continue;
            }
            int to = end(text, at + 1);
            out.append(new StringBuilder(text.substring(at + 1, to)).reverse(), at, to);
            at = to;
        }
        return out.build();
    }

    private static int end(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) != POP) {
            at++;
        }
        return at;
    }
}
