package revontuli.safety.encoder;

import java.util.ArrayList;
import java.util.List;
import revontuli.safety.encoder.EncoderConfig.Family;

/// A transformer encoder with a head on its first row: ids in, one logit a label out. Weights are held as floats; the
/// same ids give the same bits on every machine. Immutable; threads may share it.
final class Encoder implements Logits {
    private final EncoderConfig config;
    private final float[] tokens;
    private final float[] positions;
    private final float[] types;
    private final Norm embedded;
    private final List<Layer> layers = new ArrayList<>();
    private final Linear pooled;
    private final Linear head;

    private record Layer(
            Linear query,
            Linear key,
            Linear value,
            Linear mixed,
            Norm attended,
            Linear inner,
            Linear outer,
            Norm out) {}

    Encoder(EncoderConfig config, int labels, Tensors tensors) {
        this.config = config;
        EncoderConfig.Sizes sizes = config.sizes();
        int width = sizes.width();
        String prefix = config.family().prefix();
        String embeddings = prefix + "embeddings.";
        tokens = tensors.floats(embeddings + "word_embeddings.weight", sizes.vocabulary(), width);
        positions = tensors.floats(embeddings + "position_embeddings.weight", sizes.positions(), width);
        types = sizes.types() == 0
                ? new float[width]
                : tensors.floats(embeddings + "token_type_embeddings.weight", sizes.types(), width);
        embedded = Norm.of(tensors, embeddings + "LayerNorm", width, config.epsilon());
        for (int i = 0; i < sizes.layers(); i++) {
            layers.add(config.family() == Family.DISTILBERT ? distilled(tensors, i) : layer(tensors, i));
        }
        switch (config.family()) {
            case BERT -> {
                pooled = Linear.of(tensors, prefix + "pooler.dense", width, width);
                head = Linear.of(tensors, "classifier", width, labels);
            }
            case DISTILBERT -> {
                pooled = Linear.of(tensors, "pre_classifier", width, width);
                head = Linear.of(tensors, "classifier", width, labels);
            }
            case ROBERTA, XLM_ROBERTA -> {
                pooled = Linear.of(tensors, "classifier.dense", width, width);
                head = Linear.of(tensors, "classifier.out_proj", width, labels);
            }
            default -> throw new IllegalStateException(config.family().name());
        }
    }

    private Layer layer(Tensors tensors, int number) {
        String name = config.family().prefix() + "encoder.layer." + number + '.';
        int width = config.sizes().width();
        int inner = config.sizes().inner();
        return new Layer(
                Linear.of(tensors, name + "attention.self.query", width, width),
                Linear.of(tensors, name + "attention.self.key", width, width),
                Linear.of(tensors, name + "attention.self.value", width, width),
                Linear.of(tensors, name + "attention.output.dense", width, width),
                Norm.of(tensors, name + "attention.output.LayerNorm", width, config.epsilon()),
                Linear.of(tensors, name + "intermediate.dense", width, inner),
                Linear.of(tensors, name + "output.dense", inner, width),
                Norm.of(tensors, name + "output.LayerNorm", width, config.epsilon()));
    }

    private Layer distilled(Tensors tensors, int number) {
        String name = config.family().prefix() + "transformer.layer." + number + '.';
        int width = config.sizes().width();
        int inner = config.sizes().inner();
        return new Layer(
                Linear.of(tensors, name + "attention.q_lin", width, width),
                Linear.of(tensors, name + "attention.k_lin", width, width),
                Linear.of(tensors, name + "attention.v_lin", width, width),
                Linear.of(tensors, name + "attention.out_lin", width, width),
                Norm.of(tensors, name + "sa_layer_norm", width, config.epsilon()),
                Linear.of(tensors, name + "ffn.lin1", width, inner),
                Linear.of(tensors, name + "ffn.lin2", inner, width),
                Norm.of(tensors, name + "output_layer_norm", width, config.epsilon()));
    }

    @Override
    public float[] logits(int[] ids) {
        int width = config.sizes().width();
        float[] rows = embed(ids);
        for (Layer layer : layers) {
            float[] attended = layer.mixed().apply(attend(layer, rows, ids.length), ids.length);
            add(attended, rows);
            layer.attended().apply(attended);
            float[] inner = layer.inner().apply(attended, ids.length);
            Activation.apply(config.activation(), inner);
            rows = layer.outer().apply(inner, ids.length);
            add(rows, attended);
            layer.out().apply(rows);
        }
        float[] first = new float[width];
        System.arraycopy(rows, 0, first, 0, width);
        float[] pool = pooled.apply(first, 1);
        for (int i = 0; i < width; i++) {
            pool[i] = config.family() == Family.DISTILBERT ? Math.max(0, pool[i]) : (float) StrictMath.tanh(pool[i]);
        }
        return head.apply(pool, 1);
    }

    private float[] embed(int[] ids) {
        int width = config.sizes().width();
        float[] rows = new float[ids.length * width];
        for (int at = 0; at < ids.length; at++) {
            int token = ids[at] * width;
            int position = (config.positionsBegin() + at) * width;
            for (int i = 0; i < width; i++) {
                rows[at * width + i] = tokens[token + i] + types[i] + positions[position + i];
            }
        }
        embedded.apply(rows);
        return rows;
    }

    private static void add(float[] to, float[] from) {
        for (int i = 0; i < to.length; i++) {
            to[i] += from[i];
        }
    }

    private float[] attend(Layer layer, float[] rows, int length) {
        int width = config.sizes().width();
        int size = width / config.sizes().heads();
        double scale = 1 / Math.sqrt(size);
        float[] queries = layer.query().apply(rows, length);
        float[] keys = layer.key().apply(rows, length);
        float[] values = layer.value().apply(rows, length);
        float[] out = new float[length * width];
        double[] shares = new double[length];
        for (int head = 0; head < config.sizes().heads(); head++) {
            int offset = head * size;
            for (int at = 0; at < length; at++) {
                share(queries, keys, at * width + offset, offset, size, scale, shares);
                for (int other = 0; other < length; other++) {
                    float share = (float) shares[other];
                    for (int i = 0; i < size; i++) {
                        out[at * width + offset + i] += share * values[other * width + offset + i];
                    }
                }
            }
        }
        return out;
    }

    private void share(float[] queries, float[] keys, int query, int offset, int size, double scale, double[] shares) {
        int width = config.sizes().width();
        double most = Double.NEGATIVE_INFINITY;
        for (int other = 0; other < shares.length; other++) {
            double dot = 0;
            for (int i = 0; i < size; i++) {
                dot += (double) queries[query + i] * keys[other * width + offset + i];
            }
            shares[other] = dot * scale;
            most = Math.max(most, shares[other]);
        }
        double sum = 0;
        for (int other = 0; other < shares.length; other++) {
            shares[other] = StrictMath.exp(shares[other] - most);
            sum += shares[other];
        }
        for (int other = 0; other < shares.length; other++) {
            shares[other] /= sum;
        }
    }
}
