package revontuli.safety.classify;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import revontuli.safety.policy.Category;

/// What was learned: one head that tells harm, one a category that tells which, and how a value becomes a
/// probability. Immutable.
final class Model {
    /// The categories it knows, in the order of its heads.
    static final List<Category> CATEGORIES = List.of(
            Category.HARM_TO_SELF_OR_OTHERS,
            Category.CYBER_ATTACKS,
            Category.CBRN_WEAPONS,
            Category.ILLEGAL_ACTS,
            Category.PRIVACY_INFRINGEMENT,
            Category.CIRCUMVENTING_CONTROLS,
            Category.HATE_AND_HARASSMENT,
            Category.SEXUAL_CONTENT,
            Category.CHILD_SAFETY);

    static final String SHIPPED = "/revontuli/classifier/default.model";

    private static final int MAGIC = 0x52564D31;
    private static final int WEIGHTS_MAX = 1 << 20;

    private final Weights harm;
    private final List<Weights> categories;
    private final double slope;
    private final double offset;

    /// `slope` and `offset` turn the value of `harm` into the logarithm of the odds.
    Model(Weights harm, List<Weights> categories, double slope, double offset) {
        if (categories.size() != CATEGORIES.size()) {
            throw new IllegalArgumentException("a head for each of " + CATEGORIES.size() + " categories");
        }
        this.harm = harm;
        this.categories = List.copyOf(categories);
        this.slope = slope;
        this.offset = offset;
    }

    Weights harm() {
        return harm;
    }

    Weights category(int index) {
        return categories.get(index);
    }

    /// The logarithm of the odds that a value of the head of harm means harm.
    double logOdds(double value) {
        return slope * value + offset;
    }

    static double probability(double logOdds) {
        return 1 / (1 + StrictMath.exp(-logOdds));
    }

    static Model shipped() {
        try (InputStream in = Model.class.getResourceAsStream(SHIPPED)) {
            if (in == null) {
                throw new IllegalStateException("missing resource " + SHIPPED);
            }
            return parse(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Model parse(byte[] file) throws IOException {
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(new GZIPInputStream(new ByteArrayInputStream(file))))) {
            if (in.readInt() != MAGIC) {
                throw new IOException("not a model of this suite");
            }
            double slope = in.readDouble();
            double offset = in.readDouble();
            Weights harm = weights(in);
            List<Weights> categories = new ArrayList<>();
            for (int i = 0; i < CATEGORIES.size(); i++) {
                categories.add(weights(in));
            }
            return new Model(harm, categories, slope, offset);
        }
    }

    byte[] bytes() {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(new GZIPOutputStream(file))) {
            out.writeInt(MAGIC);
            out.writeDouble(slope);
            out.writeDouble(offset);
            write(out, harm);
            for (Weights head : categories) {
                write(out, head);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toByteArray();
    }

    private static Weights weights(DataInputStream in) throws IOException {
        double scale = in.readDouble();
        double bias = in.readDouble();
        return new Weights(shorts(in), shorts(in), scale, bias);
    }

    private static short[] shorts(DataInputStream in) throws IOException {
        int count = in.readInt();
        if (count < 1 || count > WEIGHTS_MAX) {
            throw new IOException("a head of " + count + " weights");
        }
        short[] values = new short[count];
        for (int i = 0; i < count; i++) {
            values[i] = in.readShort();
        }
        return values;
    }

    private static void write(DataOutputStream out, Weights head) throws IOException {
        out.writeDouble(head.scale());
        out.writeDouble(head.bias());
        for (short[] values : List.of(head.rawShapes(), head.rawConcepts())) {
            out.writeInt(values.length);
            for (short value : values) {
                out.writeShort(value);
            }
        }
    }
}
