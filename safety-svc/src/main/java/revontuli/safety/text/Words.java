package revontuli.safety.text;

import java.util.Arrays;

/// A text as words in lower case with one space around each, made for matching phrases.
///
/// Everything but letters, digits and their marks becomes a space; apostrophes vanish; a change between Chinese or
/// Japanese characters and others becomes a space too. Sentences are counted, so that words of different sentences
/// need not meet.
public final class Words {
    private static final int SENTENCE_MIN = 8;

    private final MappedText words;
    private final int[] sentenceStarts;

    private final boolean opening;

    private Words(MappedText words, int[] sentenceStarts, boolean opening) {
        this.words = words;
        this.sentenceStarts = sentenceStarts;
        this.opening = opening;
    }

    /// `opening` tells whether a sentence begins at the first word; a window of a longer text may begin anywhere.
    public static Words of(MappedText source, boolean opening) {
        return new Cutter(source).cut(opening);
    }

    /// The form of a phrase in a word list; without the outer spaces.
    public static String normal(String phrase) {
        return of(Normal.of(MappedText.of(phrase)), true).text().strip();
    }

    public String text() {
        return words.text();
    }

    /// The part of the original from which `from` up to `to` was made.
    public Span original(int from, int to) {
        return words.original(from, to);
    }

    /// The number of the sentence that holds the unit at `index`.
    public int sentence(int index) {
        int found = Arrays.binarySearch(sentenceStarts, index);
        return found >= 0 ? found + 1 : -found - 1;
    }

    /// True where a sentence begins at the unit at `index`.
    public boolean sentenceBegins(int index) {
        return (opening && index <= 1) || Arrays.binarySearch(sentenceStarts, index) >= 0;
    }

    /// Characters written without spaces between words.
    public static boolean unspaced(int point) {
        return (point >= 0x3040 && point <= 0x30FF)
                || (point >= 0x3400 && point <= 0x9FFF)
                || (point >= 0xF900 && point <= 0xFAFF)
                || (point >= 0x20000 && point <= 0x3FFFF)
                || point == 0x3005;
    }

    private static final class Cutter {
        private final MappedText source;
        private final MappedText.Builder out;
        private int[] breaks = new int[8];
        private int breakCount;
        private boolean lastUnspaced;

        Cutter(MappedText source) {
            this.source = source;
            this.out = new MappedText.Builder(source);
        }

        Words cut(boolean opening) {
            String text = source.text();
            out.append(' ', 0, 0);
            for (int at = 0; at < text.length(); ) {
                int point = text.codePointAt(at);
                int to = at + Character.charCount(point);
                if (Character.isLetterOrDigit(point) || Normal.extendsBase(point)) {
                    letter(point, at, to);
                } else if (point != '\'') {
                    space(at, to);
                    sentenceEnd(text, point, to);
                }
                at = to;
            }
            space(text.length(), text.length());
            return new Words(out.build(), Arrays.copyOf(breaks, breakCount), opening);
        }

        private void letter(int point, int from, int to) {
            boolean unspaced = unspaced(point) || (lastUnspaced && !letterOfSpaced(point));
            if (unspaced != lastUnspaced) {
                space(from, from);
            }
            lastUnspaced = unspaced;
            int lower = Character.toLowerCase(point);
            if (Character.isBmpCodePoint(lower)) {
                out.append((char) lower, from, to);
            } else {
                out.append(Character.toString(lower), from, to);
            }
        }

        private static boolean letterOfSpaced(int point) {
            return Character.isLetterOrDigit(point) && !unspaced(point);
        }

        private void space(int from, int to) {
            if (out.last() != ' ') {
                out.append(' ', from, to);
            }
        }

        private void sentenceEnd(String text, int point, int next) {
            boolean always = point == '\n' || point == '?' || point == '!' || point == 0x3002 || point == 0x0964;
            boolean stop = point == '.' && (next == text.length() || Character.isWhitespace(text.charAt(next)));
            int since = out.length() - (breakCount == 0 ? 0 : breaks[breakCount - 1]);
            if ((always || stop) && since >= SENTENCE_MIN) {
                if (breakCount == breaks.length) {
                    breaks = Arrays.copyOf(breaks, breakCount * 2);
                }
                breaks[breakCount++] = out.length();
            }
        }
    }
}
