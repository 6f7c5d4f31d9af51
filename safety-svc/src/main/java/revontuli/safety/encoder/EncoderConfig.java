package revontuli.safety.encoder;

import java.util.List;

/// What `config.json` says of an encoder that is computed from its tensors, within bounds.
record EncoderConfig(Family family, Sizes sizes, String activation, double epsilon, int positionsBegin) {
    /// Longest hidden row: that of an XXL encoder.
    private static final int WIDTH_MAX = 4_096;

    /// A family of encoders: how its tensors are named.
    enum Family {
        BERT("bert", "bert."),
        DISTILBERT("distilbert", "distilbert."),
        ROBERTA("roberta", "roberta."),
        XLM_ROBERTA("xlm-roberta", "roberta.");

        private final String type;
        private final String prefix;

        Family(String type, String prefix) {
            this.type = type;
            this.prefix = prefix;
        }

        String prefix() {
            return prefix;
        }

        boolean robertaLike() {
            return this == ROBERTA || this == XLM_ROBERTA;
        }
    }

    /// How large it is.
    ///
    /// @param positions rows of the table of positions
    record Sizes(int vocabulary, int width, int layers, int heads, int inner, int positions, int types) {}

    static EncoderConfig parse(byte[] bytes) {
        JsonFile file = JsonFile.parse("config.json", bytes);
        Family family = family(file);
        boolean distil = family == Family.DISTILBERT;
        Sizes sizes = new Sizes(
                file.number("vocab_size", 8, 1 << 20),
                file.number(distil ? "dim" : "hidden_size", 1, WIDTH_MAX),
                file.number(distil ? "n_layers" : "num_hidden_layers", 1, 64),
                file.number(distil ? "n_heads" : "num_attention_heads", 1, 128),
                file.number(distil ? "hidden_dim" : "intermediate_size", 1, 4 * WIDTH_MAX),
                file.number("max_position_embeddings", 8, 1 << 16),
                distil ? 0 : file.number("type_vocab_size", 1, 16));
        if (sizes.width() % sizes.heads() != 0) {
            throw file.malformed("hidden_size", "is " + sizes.width() + "; it must be a multiple of the heads");
        }
        if (!file.textOr("position_embedding_type", "absolute").equals("absolute")) {
            throw file.malformed("position_embedding_type", "must be absolute");
        }
        int padding = family.robertaLike() ? file.numberOr("pad_token_id", 1, 0, 1 << 20) : -1;
        return new EncoderConfig(
                family,
                sizes,
                activation(file, distil ? "activation" : "hidden_act"),
                distil ? 1e-12 : file.realOr("layer_norm_eps", 1e-12),
                padding + 1);
    }

    private static Family family(JsonFile file) {
        String type = file.text("model_type");
        for (Family family : Family.values()) {
            if (family.type.equals(type)) {
                return family;
            }
        }
        throw file.malformed("model_type", "is " + type + "; bert, distilbert, roberta and xlm-roberta are read");
    }

    private static String activation(JsonFile file, String field) {
        String activation = file.textOr(field, "gelu");
        if (!List.of("gelu", "gelu_new", "gelu_pytorch_tanh", "relu").contains(activation)) {
            throw file.malformed(field, "is " + activation + "; gelu, gelu_new and relu are computed");
        }
        return activation;
    }
}
