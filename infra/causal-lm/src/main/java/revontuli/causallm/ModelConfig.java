package revontuli.causallm;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import revontuli.causallm.CheckpointRejected.Reason;

/// The shape of a GPTBigCode model (StarCoder family): one K/V head for all query heads, learned positions, tied
/// head.
///
/// `vocabularySize` is the length of the embedding table, which may be padded beyond what the tokenizer uses;
/// `positionsMax` the length of the position table.
public record ModelConfig(
        int vocabularySize,
        int positionsMax,
        int layers,
        int heads,
        int width,
        int innerWidth,
        Activation activation,
        double layerNormEpsilon) {
    private static final int SIZE_MAX = 1 << 24;
    private static final int LAYERS_MAX = 1024;
    private static final String TRAINED = "n_positions_trained";

    /// The two forms of gelu that checkpoints of this family use; they are not interchangeable.
    public enum Activation {
        /// By the error function.
        GELU("gelu"),
        /// By the hyperbolic tangent.
        GELU_TANH("gelu_pytorch_tanh");

        private final String label;

        Activation(String label) {
            this.label = label;
        }

        /// The name in config.json.
        public String label() {
            return label;
        }
    }

    public ModelConfig {
        check("vocab_size", vocabularySize, SIZE_MAX);
        check("n_positions", positionsMax, SIZE_MAX);
        check("n_layer", layers, LAYERS_MAX);
        check("n_head", heads, SIZE_MAX);
        check("n_embd", width, SIZE_MAX);
        check("n_inner", innerWidth, SIZE_MAX);
        if (width % heads != 0) {
            throw new IllegalArgumentException("n_embd must be a multiple of n_head: " + width + ", " + heads);
        }
        if (!(layerNormEpsilon > 0 && layerNormEpsilon < 1)) {
            throw new IllegalArgumentException("layer_norm_epsilon must lie between 0 and 1: " + layerNormEpsilon);
        }
    }

    private static void check(String field, int value, int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(field + " must lie between 1 and " + max + ": " + value);
        }
    }

    /// Reads config.json and refuses what this room does not compute exactly.
    public static ModelConfig parse(byte[] json) throws CheckpointRejected {
        return parse(fields(json));
    }

    static Map<String, Object> fields(byte[] json) throws CheckpointRejected {
        try {
            return Json.object(json);
        } catch (Json.Malformed e) {
            throw new CheckpointRejected(
                    Reason.JSON_MALFORMED, Checkpoint.CONFIG, "a JSON object", String.valueOf(e.getMessage()));
        }
    }

    static ModelConfig parse(Map<String, Object> fields) throws CheckpointRejected {
        demand(fields, "model_type", "gpt_bigcode", false);
        demand(fields, "multi_query", true, true);
        demand(fields, "scale_attn_weights", true, true);
        demand(fields, "tie_word_embeddings", true, true);
        demand(fields, "add_cross_attention", false, true);
        int width = size(fields, "n_embd", SIZE_MAX);
        int heads = size(fields, "n_head", SIZE_MAX);
        if (width % heads != 0) {
            throw unsupported("n_embd", "a multiple of n_head " + heads, width);
        }
        Object inner = fields.getOrDefault("n_inner", Json.NULL);
        return new ModelConfig(
                size(fields, "vocab_size", SIZE_MAX),
                size(fields, "n_positions", SIZE_MAX),
                size(fields, "n_layer", LAYERS_MAX),
                heads,
                width,
                inner == Json.NULL ? Math.multiplyExact(4, width) : size(fields, "n_inner", SIZE_MAX),
                activation(fields),
                epsilon(fields));
    }

    private static void demand(Map<String, Object> fields, String field, Object value, boolean isDefault)
            throws CheckpointRejected {
        Object found = fields.get(field);
        if (found == null ? !isDefault : !found.equals(value)) {
            throw unsupported(field, value.toString(), found == null ? "nothing" : found);
        }
    }

    private static int size(Map<String, Object> fields, String field, int max) throws CheckpointRejected {
        Object found = fields.getOrDefault(field, "nothing");
        if (found instanceof BigDecimal number
                && number.signum() > 0
                && number.stripTrailingZeros().scale() <= 0
                && number.compareTo(BigDecimal.valueOf(max)) <= 0) {
            return number.intValueExact();
        }
        throw unsupported(field, "a whole number from 1 to " + max, found);
    }

    static OptionalInt trainedPositions(Map<String, Object> fields, ModelConfig config) throws CheckpointRejected {
        return fields.getOrDefault(TRAINED, Json.NULL) == Json.NULL
                ? OptionalInt.empty()
                : OptionalInt.of(size(fields, TRAINED, config.positionsMax()));
    }

    private static Activation activation(Map<String, Object> fields) throws CheckpointRejected {
        // Transformers' default where the field is left out.
        Object found = fields.getOrDefault("activation_function", Activation.GELU_TANH.label());
        for (Activation activation : Activation.values()) {
            if (activation.label().equals(found)) {
                return activation;
            }
        }
        throw unsupported("activation_function", "gelu or gelu_pytorch_tanh", found);
    }

    private static double epsilon(Map<String, Object> fields) throws CheckpointRejected {
        Object found = fields.getOrDefault("layer_norm_epsilon", new BigDecimal("1e-5"));
        if (found instanceof BigDecimal number && number.doubleValue() > 0 && number.doubleValue() < 1) {
            return number.doubleValue();
        }
        throw unsupported("layer_norm_epsilon", "a number between 0 and 1", found);
    }

    private static CheckpointRejected unsupported(String field, String expected, Object found) {
        return new CheckpointRejected(
                Reason.CONFIG_UNSUPPORTED, Checkpoint.CONFIG + ": " + field, expected, found.toString());
    }

    /// config.json for this shape, readable by Hugging Face transformers. Where `endOfText` is given it also stands
    /// for the beginning of a text, as in the StarCoder family.
    public String toJson(OptionalInt endOfText) {
        String token = endOfText.isPresent() ? Integer.toString(endOfText.getAsInt()) : "null";
        List<String> lines = List.of(
                "\"activation_function\": " + Json.quote(activation.label()),
                "\"architectures\": [\"GPTBigCodeForCausalLM\"]",
                "\"attn_pdrop\": 0.0",
                "\"bos_token_id\": " + token,
                "\"embd_pdrop\": 0.0",
                "\"eos_token_id\": " + token,
                "\"layer_norm_epsilon\": " + layerNormEpsilon,
                "\"model_type\": \"gpt_bigcode\"",
                "\"multi_query\": true",
                "\"n_embd\": " + width,
                "\"n_head\": " + heads,
                "\"n_inner\": " + innerWidth,
                "\"n_layer\": " + layers,
                "\"n_positions\": " + positionsMax,
                "\"resid_pdrop\": 0.0",
                "\"scale_attn_weights\": true",
                "\"tie_word_embeddings\": true",
                "\"vocab_size\": " + vocabularySize);
        return "{\n  " + String.join(",\n  ", lines) + "\n}\n";
    }

    public int headWidth() {
        return width / heads;
    }

    /// How many weights, the tied head counted once.
    public long parameters() {
        return WeightLayout.of(this).tensors().stream()
                .mapToLong(WeightLayout.Tensor::elements)
                .sum();
    }
}
