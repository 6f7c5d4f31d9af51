package revontuli.causallm.tool;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import revontuli.causallm.Evaluation;

/// Texts that are never trained on, by language.
record HeldOut(Map<String, List<SampleText>> texts, int endOfText, int positions) {
    static HeldOut read(Path folder, HuggingFaceTokenizer tokenizer, int endOfText, int positions) throws IOException {
        Map<String, List<SampleText>> texts = new LinkedHashMap<>();
        for (String language : SampleText.LANGUAGES) {
            texts.put(language, SampleText.read(folder.resolve(language + ".jsonl"), tokenizer));
        }
        return new HeldOut(texts, endOfText, positions);
    }

    /// Bits per byte by language. The first token of a text is predicted from the end-of-text id; a text longer than
    /// the model's positions is judged in pieces, each with one id of the piece before it as its context.
    Map<String, Double> bitsPerByte(Function<int[], Evaluation> evaluate) {
        Map<String, Double> result = new LinkedHashMap<>();
        texts.forEach((language, all) -> {
            Evaluation sum = Evaluation.NONE;
            long bytes = 0;
            for (SampleText text : all) {
                sum = sum.plus(judge(text, evaluate));
                bytes += text.bytes();
            }
            result.put(language, sum.bitsPerByte(bytes));
        });
        return result;
    }

    private Evaluation judge(SampleText text, Function<int[], Evaluation> evaluate) {
        int[] ids = IntStream.concat(
                        IntStream.of(endOfText), text.ids().stream().mapToInt(Integer::intValue))
                .toArray();
        Evaluation sum = Evaluation.NONE;
        for (int start = 0; start < ids.length - 1; start += positions) {
            int end = Math.min(ids.length, start + positions + 1);
            sum = sum.plus(evaluate.apply(Arrays.copyOfRange(ids, start, end)));
        }
        return sum;
    }
}
