package revontuli.causallm;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The one list of weights: which tensors, of which shapes, in which order the script finds them.
///
/// Names are those of the checkpoint. The script counts from the constants here, so both change together.
record WeightLayout(List<Tensor> tensors) {
    static final int TOKENS = 0;
    static final int POSITIONS = 1;
    static final int FIRST_LAYER = 2;
    static final int LAYER_TENSORS = 12;

    // Within a layer; every linear map is a weight followed by its bias.
    static final int NORM_1 = 0;
    static final int ATTENTION_IN = 2;
    static final int ATTENTION_OUT = 4;
    static final int NORM_2 = 6;
    static final int INNER = 8;
    static final int OUTER = 10;

    static final String TOKENS_NAME = "transformer.wte.weight";

    /// One tensor; `shape` has one or two dimensions.
    record Tensor(String name, List<Integer> shape) {
        long elements() {
            return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
        }

        /// Matrices decay, biases and norms do not.
        boolean matrix() {
            return shape.size() > 1;
        }

        /// Projections back into the residual stream start smaller.
        boolean residual() {
            return name.endsWith("c_proj.weight");
        }
    }

    static WeightLayout of(ModelConfig config) {
        int width = config.width();
        List<Tensor> tensors = new ArrayList<>();
        tensors.add(new Tensor(TOKENS_NAME, List.of(config.vocabularySize(), width)));
        tensors.add(new Tensor("transformer.wpe.weight", List.of(config.positionsMax(), width)));
        for (int layer = 0; layer < config.layers(); layer++) {
            String prefix = "transformer.h." + layer + ".";
            vectors(tensors, prefix + "ln_1", width);
            linear(tensors, prefix + "attn.c_attn", width + 2 * config.headWidth(), width);
            linear(tensors, prefix + "attn.c_proj", width, width);
            vectors(tensors, prefix + "ln_2", width);
            linear(tensors, prefix + "mlp.c_fc", config.innerWidth(), width);
            linear(tensors, prefix + "mlp.c_proj", width, config.innerWidth());
        }
        vectors(tensors, "transformer.ln_f", width);
        return new WeightLayout(Collections.unmodifiableList(tensors));
    }

    private static void vectors(List<Tensor> tensors, String name, int width) {
        tensors.add(new Tensor(name + ".weight", List.of(width)));
        tensors.add(new Tensor(name + ".bias", List.of(width)));
    }

    private static void linear(List<Tensor> tensors, String name, int out, int in) {
        tensors.add(new Tensor(name + ".weight", List.of(out, in)));
        tensors.add(new Tensor(name + ".bias", List.of(out)));
    }

    static int finalNorm(ModelConfig config) {
        return FIRST_LAYER + config.layers() * LAYER_TENSORS;
    }
}
