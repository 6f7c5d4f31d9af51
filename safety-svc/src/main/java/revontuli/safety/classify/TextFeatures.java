package revontuli.safety.classify;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import revontuli.safety.lexicon.Hit;
import revontuli.safety.lexicon.Lexicon;
import revontuli.safety.text.Words;

/// What a text shows to the model, item by item. An item is a word or, where words are not spaced, a character; its
/// shapes are hashed letter and word sequences that end in it. Beside them stand the lexicon's groups and rules by
/// their language-free names, so that what is learned in one language helps in the others.
final class TextFeatures {
    /// Hashed shapes are below this.
    static final int SHAPES = 1 << 18;

    /// Hashed names and pairs of names are below this.
    static final int CONCEPTS = 1 << 15;

    private static final int WORD_UNITS_MAX = 40;
    private static final int GRAM_MIN = 3;
    private static final int GRAM_MAX = 5;
    private static final int UNSPACED_GRAM_MAX = 4;

    private final Words words;
    private final String text;
    private int[] starts = new int[64];
    private int[] ends = new int[64];
    private int[] firstShapes = new int[65];
    private int[] shapes = new int[512];
    private int itemCount;
    private int shapeCount;
    private final List<Concept> concepts = new ArrayList<>();

    /// A name of the lexicon and where it stands, in units of the words.
    ///
    /// @param level of a rule, its score in twentieths; of a group, -1
    record Concept(int hash, int level, int start, int end) {
        boolean group() {
            return level < 0;
        }
    }

    private TextFeatures(Words words) {
        this.words = words;
        this.text = words.text();
    }

    static TextFeatures of(Words words, Lexicon lexicon) {
        TextFeatures features = new TextFeatures(words);
        features.readItems();
        features.readConcepts(lexicon);
        return features;
    }

    int items() {
        return itemCount;
    }

    int start(int item) {
        return starts[item];
    }

    int end(int item) {
        return ends[item];
    }

    /// The sentence in which the item stands.
    int sentence(int item) {
        return words.sentence(starts[item]);
    }

    Words words() {
        return words;
    }

    /// Shapes of items before `item` are before this place in [#shape].
    int firstShape(int item) {
        return firstShapes[item];
    }

    int shape(int place) {
        return shapes[place];
    }

    /// Those that stand within the units, each name once, and each pair of group names; hashed.
    int[] concepts(int from, int to) {
        int first = firstEndingAfter(from);
        int last = first;
        while (last < concepts.size() && concepts.get(last).end() <= to + 1) {
            last++;
        }
        int[] single = new int[last - first + 1];
        boolean[] pairing = new boolean[single.length];
        int count = 0;
        int level = 0;
        for (Concept concept : concepts.subList(first, last)) {
            if (concept.start() >= from - 1 && !contains(single, count, concept.hash())) {
                level = Math.max(level, concept.level());
                pairing[count] = concept.group();
                single[count++] = concept.hash();
            }
        }
        single[count++] = hash("highest:" + level);
        return withPairs(single, pairing, count);
    }

    private static int[] withPairs(int[] single, boolean[] pairing, int count) {
        int[] all = Arrays.copyOf(single, count + count * (count - 1) / 2);
        int size = count;
        for (int i = 0; i < count; i++) {
            for (int j = i + 1; j < count; j++) {
                if (pairing[i] && pairing[j]) {
                    int low = Math.min(single[i], single[j]);
                    int high = Math.max(single[i], single[j]);
                    all[size++] = mixed(low * 0x9E3779B1 + high);
                }
            }
        }
        int[] folded = Arrays.copyOf(all, size);
        for (int i = 0; i < size; i++) {
            folded[i] &= CONCEPTS - 1;
        }
        return folded;
    }

    private static boolean contains(int[] values, int count, int value) {
        for (int i = 0; i < count; i++) {
            if (values[i] == value) {
                return true;
            }
        }
        return false;
    }

    /// The first concept that ends after the place; they are sorted by their ends.
    private int firstEndingAfter(int place) {
        int low = 0;
        int high = concepts.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (concepts.get(middle).end() <= place) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void readConcepts(Lexicon lexicon) {
        List<Hit> hits = lexicon.read(
                words, (group, start, end) -> concepts.add(new Concept(hash("group:" + group), -1, start, end)));
        for (Hit hit : hits) {
            int level = (int) Math.rint(hit.score() * 20);
            concepts.add(new Concept(
                    hash(hit.topic() + ':' + level),
                    level,
                    hit.within().start(),
                    hit.within().end()));
        }
        concepts.sort((one, other) -> one.end() != other.end()
                ? Integer.compare(one.end(), other.end())
                : one.start() != other.start()
                        ? Integer.compare(one.start(), other.start())
                        : Integer.compare(one.hash(), other.hash()));
    }

    private void readItems() {
        int previous = 0;
        for (int at = 0; at < text.length(); ) {
            if (text.charAt(at) == ' ') {
                at++;
                continue;
            }
            int end = text.indexOf(' ', at);
            end = end < 0 ? text.length() : end;
            if (Words.unspaced(text.codePointAt(at))) {
                readUnspaced(at, end);
                previous = 0;
            } else {
                previous = readWord(at, end, previous);
            }
            at = end;
        }
        firstShapes[itemCount] = shapeCount;
    }

    private int readWord(int from, int to, int previous) {
        begin(from, to);
        int word = hash(text, from, to, 1);
        addShape(word);
        String plain = withoutMarks(text, from, to);
        if (!plain.isEmpty()) {
            addShape(hash(plain, 0, plain.length(), 1));
        }
        if (previous != 0) {
            addShape(mixed(previous * 0x9E3779B1 + word));
        }
        int stop = Math.min(to, from + WORD_UNITS_MAX);
        for (int size = GRAM_MIN; size <= GRAM_MAX; size++) {
            for (int at = from - 1; at + size <= stop + 1 && stop - from > GRAM_MIN; at++) {
                addShape(hash(text, at, Math.min(at + size, text.length()), 2));
            }
        }
        return word;
    }

    private void readUnspaced(int from, int to) {
        for (int at = from; at < to; ) {
            int end = at + Character.charCount(text.codePointAt(at));
            begin(at, end);
            int start = at;
            for (int size = 1; size <= UNSPACED_GRAM_MAX; size++) {
                addShape(hash(text, start, end, 3));
                if (start == from) {
                    break;
                }
                start -= Character.charCount(text.codePointBefore(start));
            }
            at = end;
        }
    }

    private void begin(int start, int end) {
        if (itemCount == starts.length) {
            starts = Arrays.copyOf(starts, itemCount * 2);
            ends = Arrays.copyOf(ends, itemCount * 2);
            firstShapes = Arrays.copyOf(firstShapes, itemCount * 2 + 1);
        }
        firstShapes[itemCount] = shapeCount;
        starts[itemCount] = start;
        ends[itemCount++] = end;
    }

    private void addShape(int hash) {
        if (shapeCount == shapes.length) {
            shapes = Arrays.copyOf(shapes, shapeCount * 2);
        }
        shapes[shapeCount++] = hash & (SHAPES - 1);
    }

    /// A Latin word without its marks (`lam` for `làm`), as people often type; empty where nothing changes.
    private static String withoutMarks(String text, int from, int to) {
        boolean marked = false;
        for (int i = from; i < to && !marked; i++) {
            char unit = text.charAt(i);
            marked = (unit >= 0xC0 && unit < 0x250) || (unit >= 0x1E00 && unit < 0x1F00);
        }
        if (!marked) {
            return "";
        }
        String apart = Normalizer.normalize(text.substring(from, to), Normalizer.Form.NFD);
        StringBuilder plain = new StringBuilder(to - from);
        for (int i = 0; i < apart.length(); i++) {
            char unit = apart.charAt(i);
            if (Character.getType(unit) != Character.NON_SPACING_MARK) {
                plain.append(unit == 'đ' ? 'd' : unit);
            }
        }
        return plain.toString();
    }

    static int hash(String name) {
        return hash(name, 0, name.length(), 4);
    }

    private static int hash(String text, int from, int to, int seed) {
        int hash = seed * 0x27D4EB2F;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + text.charAt(i);
        }
        return mixed(hash);
    }

    private static int mixed(int value) {
        int hash = value;
        hash ^= hash >>> 16;
        hash *= 0x85EBCA6B;
        hash ^= hash >>> 13;
        hash *= 0xC2B2AE35;
        return hash ^ hash >>> 16;
    }
}
