package revontuli.causallm.tool;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// One sample text and its token ids.
record SampleText(String text, List<Integer> ids) {
    /// The languages of the sample, in the order in which they are read.
    static final List<String> LANGUAGES = List.of("en", "fi", "hi", "ja", "vi", "code");

    SampleText {
        ids = List.copyOf(ids);
    }

    /// The tokenizer of `tokenizer.json`: nothing added, nothing cut off.
    static HuggingFaceTokenizer tokenizer(Path file) throws IOException {
        return HuggingFaceTokenizer.builder()
                .optTokenizerPath(file)
                .optAddSpecialTokens(false)
                .optTruncation(false)
                .optPadding(false)
                .build();
    }

    /// Reads a JSON Lines file of `id` and `text`.
    static List<SampleText> read(Path file, HuggingFaceTokenizer tokenizer) throws IOException {
        try (var lines = Files.lines(file, StandardCharsets.UTF_8)) {
            return lines.map(line -> of(line, tokenizer)).toList();
        }
    }

    private static SampleText of(String line, HuggingFaceTokenizer tokenizer) {
        String text = JsonParser.parseString(line).getAsJsonObject().get("text").getAsString();
        List<Integer> ids = Arrays.stream(tokenizer.encode(text).getIds())
                .mapToInt(Math::toIntExact)
                .boxed()
                .toList();
        return new SampleText(text, ids);
    }

    long bytes() {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
