package revontuli.safety.encoder;

import java.util.ArrayList;
import java.util.List;

/// What `config.json` of any family says of what goes in and comes out, within bounds.
///
/// @param vocabulary rows of the table of tokens
/// @param tokensMax longest input in tokens, special ones included
/// @param labels names of the outputs in their order
/// @param several whether the outputs are judged each for itself (`multi_label_classification`)
record Outputs(int vocabulary, int tokensMax, List<String> labels, boolean several) {
    private static final int TOKENS_MAX = 512;

    Outputs {
        labels = List.copyOf(labels);
    }

    static Outputs parse(byte[] bytes) {
        JsonFile file = JsonFile.parse("config.json", bytes);
        String type = file.text("model_type");
        int positions = file.number("max_position_embeddings", 8, 1 << 16);
        // other families may count positions from behind the padding, as RoBERTa does
        boolean fromZero = type.equals("bert") || type.equals("distilbert");
        int begin = fromZero ? 0 : file.numberOr("pad_token_id", 1, 0, 1 << 20) + 1;
        if (positions - begin < 2) {
            throw file.malformed("max_position_embeddings", "leaves no place for a text");
        }
        return new Outputs(
                file.number("vocab_size", 8, 1 << 20),
                Math.min(TOKENS_MAX, positions - begin),
                labels(file),
                file.textOr("problem_type", "").equals("multi_label_classification"));
    }

    /// `id2label` must name every output, from 0 on without a gap: a score without a name is nobody's.
    private static List<String> labels(JsonFile file) {
        JsonFile names = file.findObject("id2label")
                .orElseThrow(() -> new DirectoryRejected(
                        "LABELS_MISSING", "config.json: id2label is missing; add the names of the outputs"));
        List<String> labels = new ArrayList<>();
        for (int i = 0; i < names.members().size(); i++) {
            if (!(names.members().get(Integer.toString(i)) instanceof String label)) {
                throw new DirectoryRejected(
                        "LABELS_MISSING", "config.json: id2label has no output " + i + "; name all from 0 on");
            }
            labels.add(label);
        }
        if (labels.isEmpty() || labels.size() > 256) {
            throw new DirectoryRejected("LABELS_MISSING", "config.json: id2label must name 1 to 256 outputs");
        }
        return labels;
    }
}
