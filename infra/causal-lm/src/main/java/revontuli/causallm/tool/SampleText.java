package revontuli.causallm.tool;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.util.JsonUtils;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One sample text and its token ids.
record SampleText(String text, List<Integer> ids) {
    /// The languages of the sample, in the order in which they are read.
    static final List<String> LANGUAGES = List.of("en", "fi", "hi", "ja", "vi", "code");

    SampleText {
        ids = List.copyOf(ids);
    }

    /// A line of a sample file.
    private record Line(@Nullable String id, @Nullable String text) {}

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
            return lines.map(line -> of(file, line, tokenizer)).toList();
        }
    }

    private static SampleText of(Path file, String line, HuggingFaceTokenizer tokenizer) {
        String text = JsonUtils.GSON.fromJson(line, Line.class).text();
        if (text == null || text.isEmpty()) {
            throw new IllegalArgumentException(file + " has a line without text");
        }
        List<Integer> ids = tokenizer.encode(text).toIntegers();
        return new SampleText(text, ids);
    }

    long bytes() {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
