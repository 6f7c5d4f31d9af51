package revontuli.safety.text;

import java.util.Arrays;

/// A text made from another one, with the way back for each of its units. Immutable.
public final class MappedText {
    private static final int[] IDENTITY = new int[0];

    private final String text;
    private final int[] starts;
    private final int[] ends;

    private MappedText(String text, int[] starts, int[] ends) {
        this.text = text;
        this.starts = starts;
        this.ends = ends;
    }

    /// The original itself.
    public static MappedText of(String original) {
        return new MappedText(original, IDENTITY, IDENTITY);
    }

    public String text() {
        return text;
    }

    public int length() {
        return text.length();
    }

    /// The part of the original from which the units `from` up to `to` were made.
    public Span original(int from, int to) {
        return new Span(start(from), to > from ? end(to - 1) : start(from));
    }

    int start(int index) {
        return starts == IDENTITY ? index : starts[index];
    }

    int end(int index) {
        return starts == IDENTITY ? index + 1 : ends[index];
    }

    /// Makes a text from `source`, unit by unit.
    static final class Builder {
        private final MappedText source;
        private final StringBuilder text;
        private int[] starts;
        private int[] ends;

        Builder(MappedText source) {
            this.source = source;
            this.text = new StringBuilder(source.length() + 2);
            this.starts = new int[source.length() + 2];
            this.ends = new int[source.length() + 2];
        }

        /// Adds one unit made from the units `from` up to `to` of the source.
        Builder append(char unit, int from, int to) {
            int at = text.length();
            if (at == starts.length) {
                starts = Arrays.copyOf(starts, at * 2 + 16);
                ends = Arrays.copyOf(ends, at * 2 + 16);
            }
            boolean empty = source.length() == 0;
            starts[at] = empty ? 0 : from < source.length() ? source.start(from) : source.end(source.length() - 1);
            ends[at] = empty ? 0 : to > from ? source.end(to - 1) : starts[at];
            text.append(unit);
            return this;
        }

        /// Adds all units of `part`, each made from the whole of the source's `from` up to `to`.
        Builder append(CharSequence part, int from, int to) {
            for (int i = 0; i < part.length(); i++) {
                append(part.charAt(i), from, to);
            }
            return this;
        }

        int length() {
            return text.length();
        }

        char last() {
            return text.charAt(text.length() - 1);
        }

        MappedText build() {
            return new MappedText(
                    text.toString(), Arrays.copyOf(starts, text.length()), Arrays.copyOf(ends, text.length()));
        }
    }
}
