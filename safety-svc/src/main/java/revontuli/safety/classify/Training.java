package revontuli.safety.classify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import revontuli.safety.lexicon.Lexicon;
import revontuli.safety.policy.Category;
import revontuli.safety.text.TextViews;
import revontuli.safety.text.Words;

/// Learns a model: logistic regression by AdaGrad, harmful and harmless texts of a language weighing the same. The same
/// examples in the same order give the same bytes.
public final class Training {
    private static final int EPOCHS = 12;

    /// The first epochs find the way; what is kept is the mean of the others.
    private static final int EPOCHS_FORGOTTEN = 4;

    private static final int ORDERS = 3;
    private static final double RATE = 0.25;
    private static final double DECAY = 1e-3;
    private static final int FOLDS = 4;
    private static final int SHAPE_GROUPS_MIN = 2;
    private static final int CATEGORY_SHAPES = 1 << 15;
    private static final int CATEGORY_CONCEPTS = 1 << 13;
    private static final int HELD_OUT_OF = 5;

    /// The share of harmful texts for which the probabilities hold, before [Tongue#shift].
    private static final double HARM_RATE = 0.5;

    private final Lexicon lexicon;
    private final List<Item> items = new ArrayList<>();

    /// What an example shows; its share keeps languages and both sides in balance.
    private static final class Item {
        private final Example example;
        private final int[] shapes;
        private final int[] concepts;
        private final double share;
        private final int shapeCount;

        Item(Example example, int[] shapes, int[] concepts, double share, int shapeCount) {
            this.example = example;
            this.shapes = shapes;
            this.concepts = concepts;
            this.share = share;
            this.shapeCount = shapeCount;
        }

        Example example() {
            return example;
        }

        int[] shapes() {
            return shapes;
        }

        int[] concepts() {
            return concepts;
        }

        double share() {
            return share;
        }

        int shapeCount() {
            return shapeCount;
        }
    }

    /// Longer examples teach by their first [Lexicon#SPAN_MAX] characters and a little more only.
    private static final int CHARS_MAX = Lexicon.SPAN_MAX * 3 / 2;

    public Training(List<Example> examples, Lexicon lexicon) {
        this.lexicon = lexicon;
        Map<String, Integer> counts = new HashMap<>();
        examples.forEach(example -> counts.merge(side(example), 1, Integer::sum));
        double mean = (double) examples.size() / counts.size();
        for (Example example : examples) {
            items.add(item(example, Math.sqrt(mean / counts.getOrDefault(side(example), 1))));
        }
        dropRareShapes();
    }

    /// A shape that only one group of examples shows is learned by heart, not understood.
    private void dropRareShapes() {
        int[] groups = new int[TextFeatures.SHAPES];
        int[] lastGroup = new int[TextFeatures.SHAPES];
        for (Item item : items) {
            int group = TextFeatures.hash(item.example().group());
            for (int shape : item.shapes()) {
                if (groups[shape] == 0 || lastGroup[shape] != group) {
                    groups[shape]++;
                    lastGroup[shape] = group;
                }
            }
        }
        items.replaceAll(item -> new Item(
                item.example(),
                Arrays.stream(item.shapes())
                        .filter(shape -> groups[shape] >= SHAPE_GROUPS_MIN)
                        .toArray(),
                item.concepts(),
                item.share(),
                item.shapes().length));
    }

    private static String side(Example example) {
        return example.language() + example.harmful();
    }

    private Item item(Example example, double share) {
        Words words = Words.of(TextViews.of(example.text()).getFirst().text(), true);
        TextFeatures features = TextFeatures.of(words, lexicon);
        int to = features.items() - 1;
        while (to > 0 && features.end(to) > CHARS_MAX) {
            to--;
        }
        int[] shapes = new int[features.items() == 0 ? 0 : features.firstShape(to + 1)];
        for (int i = 0; i < shapes.length; i++) {
            shapes[i] = features.shape(i);
        }
        int[] concepts = features.items() == 0 ? new int[0] : features.concepts(0, features.end(to));
        return new Item(example, shapes, concepts, share, shapes.length);
    }

    /// The model file's bytes, its scores calibrated on texts that it did not see while they were judged.
    public byte[] model() {
        return model(HARM_RATE);
    }

    byte[] model(double harmRate) {
        List<double[]> unseen = new ArrayList<>();
        for (int fold = 0; fold < FOLDS; fold++) {
            int held = fold;
            Head head = new Head(TextFeatures.SHAPES, TextFeatures.CONCEPTS);
            List<Item> learned =
                    items.stream().filter(item -> fold(item) != held).toList();
            learn(head, learned, item -> item.example().harmful() ? 1 : 0);
            items.stream()
                    .filter(item -> fold(item) == held)
                    .forEach(item -> unseen.add(
                            new double[] {head.value(item), item.example().harmful() ? 1 : 0, item.share()}));
        }
        double[] line = calibrate(unseen, harmRate);
        Head harm = new Head(TextFeatures.SHAPES, TextFeatures.CONCEPTS);
        learn(harm, items, item -> item.example().harmful() ? 1 : 0);
        List<Weights> categories = new ArrayList<>();
        List<Item> known = items.stream()
                .filter(item -> item.example().category().isPresent())
                .toList();
        for (Category category : Model.CATEGORIES) {
            Head head = new Head(CATEGORY_SHAPES, CATEGORY_CONCEPTS);
            learn(head, known, item -> item.example().category().orElseThrow() == category ? 1 : 0);
            categories.add(head.weights());
        }
        return new Model(harm.weights(), categories, line[0], line[1]).bytes();
    }

    private static int fold(Item item) {
        return Math.floorMod(TextFeatures.hash(item.example().group()), FOLDS * HELD_OUT_OF) % FOLDS;
    }

    /// The mean of heads that see the items in different orders.
    private static void learn(Head head, List<Item> items, ToDoubleFunction<Item> truth) {
        Head sum = head.zeros();
        int heads = 0;
        for (int seed = 0; seed < ORDERS; seed++) {
            Head one = head.zeros();
            Random random = new Random(7 + seed);
            int[] order = IntStream.range(0, items.size()).toArray();
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                pass(one, items, truth, order, random);
                if (epoch >= EPOCHS_FORGOTTEN) {
                    sum.add(one);
                    heads++;
                }
            }
        }
        head.become(sum, heads);
    }

    private static void pass(Head head, List<Item> items, ToDoubleFunction<Item> truth, int[] order, Random random) {
        for (int i = order.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int kept = order[i];
            order[i] = order[other];
            order[other] = kept;
        }
        for (int index : order) {
            Item item = items.get(index);
            // Each side learns to do without the other: new texts share the names with old ones, but few words.
            int kind = random.nextInt(3);
            head.step(item, truth.applyAsDouble(item), kind != 1, kind != 2);
        }
    }

    /// Slope and offset by Newton's method, then moved to the asked share of harmful texts.
    private static double[] calibrate(List<double[]> unseen, double harmRate) {
        double slope = 1;
        double offset = 0;
        for (int round = 0; round < 50; round++) {
            double[] g = new double[2];
            double[] h = {1e-6, 0, 1e-6};
            for (double[] one : unseen) {
                double p = 1 / (1 + StrictMath.exp(-(slope * one[0] + offset)));
                double error = (one[1] - p) * one[2];
                double spread = p * (1 - p) * one[2];
                g[0] += error * one[0];
                g[1] += error;
                h[0] += spread * one[0] * one[0];
                h[1] += spread * one[0];
                h[2] += spread;
            }
            double d = h[0] * h[2] - h[1] * h[1];
            slope += (h[2] * g[0] - h[1] * g[1]) / d;
            offset += (h[0] * g[1] - h[1] * g[0]) / d;
        }
        double harmful = unseen.stream().mapToDouble(one -> one[1] * one[2]).sum();
        double rate = harmful / unseen.stream().mapToDouble(one -> one[2]).sum();
        return new double[] {
            slope, offset + StrictMath.log(harmRate / (1 - harmRate)) - StrictMath.log(rate / (1 - rate))
        };
    }

    private static final class Head {
        private final float[] shapes;
        private final float[] concepts;
        private final float[] shapeSquares;
        private final float[] conceptSquares;
        private double bias;
        private double biasSquares = 1;

        Head(int shapeCount, int conceptCount) {
            shapes = new float[shapeCount];
            concepts = new float[conceptCount];
            shapeSquares = new float[shapeCount];
            conceptSquares = new float[conceptCount];
        }

        /// Another head of the same size.
        Head zeros() {
            return new Head(shapes.length, concepts.length);
        }

        void add(Head other) {
            add(shapes, other.shapes);
            add(concepts, other.concepts);
            bias += other.bias;
        }

        private static void add(float[] to, float[] from) {
            for (int i = 0; i < to.length; i++) {
                to[i] += from[i];
            }
        }

        /// Takes the mean of so many heads that were added up.
        void become(Head sum, int count) {
            for (int i = 0; i < shapes.length; i++) {
                shapes[i] = sum.shapes[i] / count;
            }
            for (int i = 0; i < concepts.length; i++) {
                concepts[i] = sum.concepts[i] / count;
            }
            bias = sum.bias / count;
        }

        double value(Item item) {
            return value(item, true, true);
        }

        private double value(Item item, boolean withShapes, boolean withConcepts) {
            double shapeSum = 0;
            for (int i = 0; withShapes && i < item.shapes().length; i++) {
                shapeSum += shapes[item.shapes()[i] & (shapes.length - 1)];
            }
            double conceptSum = 0;
            for (int i = 0; withConcepts && i < item.concepts().length; i++) {
                conceptSum += concepts[item.concepts()[i] & (concepts.length - 1)];
            }
            return bias + shapeSum * Weights.shapeShare(item.shapeCount()) + conceptSum * Weights.conceptShare();
        }

        void step(Item item, double truth, boolean withShapes, boolean withConcepts) {
            double p = 1 / (1 + StrictMath.exp(-value(item, withShapes, withConcepts)));
            double error = (truth - p) * item.share();
            if (withShapes) {
                move(shapes, shapeSquares, item.shapes(), error * Weights.shapeShare(item.shapeCount()));
            }
            if (withConcepts) {
                move(concepts, conceptSquares, item.concepts(), error * Weights.conceptShare());
            }
            biasSquares += error * error;
            bias += RATE * error / Math.sqrt(biasSquares);
        }

        private static void move(float[] weights, float[] squares, int[] features, double gradient) {
            for (int feature : features) {
                int at = feature & (weights.length - 1);
                double slowed = gradient - DECAY * weights[at];
                squares[at] += (float) (slowed * slowed);
                weights[at] += (float) (RATE * slowed / Math.sqrt(squares[at] + 0.02));
            }
        }

        Weights weights() {
            double largest = 1e-9;
            for (float[] values : List.of(shapes, concepts)) {
                for (float value : values) {
                    largest = Math.max(largest, Math.abs(value));
                }
            }
            double scale = largest / Short.MAX_VALUE;
            return new Weights(rounded(shapes, scale), rounded(concepts, scale), scale, bias);
        }

        private static short[] rounded(float[] values, double scale) {
            short[] rounded = new short[values.length];
            for (int i = 0; i < values.length; i++) {
                rounded[i] = (short) Math.rint(values[i] / scale);
            }
            return rounded;
        }
    }
}
