package revontuli.tokenizer.fertility;

import java.text.BreakIterator;
import java.util.Locale;
import revontuli.tokenizer.encode.Codec;
import revontuli.tokenizer.encode.Text;

/// Sums up the texts of one language. For one thread.
///
/// A word is a segment between the word boundaries of [BreakIterator] for that language that holds a letter or a digit.
/// Where a script leaves no space between words that is a convention, not a fact: Japanese is cut where the kind of
/// characters changes (kanji, hiragana, katakana), and Vietnamese at its spaces, which stand between syllables. Figures
/// per word are comparable between tokenizers on the same text, hardly between such languages and others; those per
/// character (Unicode code points) and per byte (UTF-8) need no convention.
public final class Fertility {
    private final Codec codec;
    private final BreakIterator boundaries;
    private long texts;
    private long words;
    private long characters;
    private long bytes;
    private long tokens;

    /// Counts of a language.
    public record Counts(long texts, long words, long characters, long bytes, long tokens) {
        public double perText() {
            return ratio(texts);
        }

        public double perWord() {
            return ratio(words);
        }

        public double perCharacter() {
            return ratio(characters);
        }

        public double perByte() {
            return ratio(bytes);
        }

        /// 0 where there is nothing to divide by.
        private double ratio(long by) {
            return by == 0 ? 0 : (double) tokens / by;
        }
    }

    /// Begins with nothing.
    ///
    /// @param language tag such as `fi`; one that is unknown, such as `code`, gets the rules of no language
    public Fertility(Codec codec, String language) {
        this.codec = codec;
        this.boundaries = BreakIterator.getWordInstance(Locale.forLanguageTag(language));
    }

    public void add(String text) {
        Text whole = Text.of("text", text);
        texts++;
        bytes += whole.bytes();
        characters += text.codePointCount(0, text.length());
        words += words(text);
        tokens += codec.encode(text, false, false).ids().length;
    }

    public Counts counts() {
        return new Counts(texts, words, characters, bytes, tokens);
    }

    private long words(String text) {
        boundaries.setText(text);
        long count = 0;
        int start = boundaries.first();
        for (int end = boundaries.next(); end != BreakIterator.DONE; start = end, end = boundaries.next()) {
            if (text.substring(start, end).codePoints().anyMatch(Character::isLetterOrDigit)) {
                count++;
            }
        }
        return count;
    }
}
