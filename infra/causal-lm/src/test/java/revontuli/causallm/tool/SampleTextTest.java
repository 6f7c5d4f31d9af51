package revontuli.causallm.tool;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The sample and the tokenizer that are shipped with the command line.
class SampleTextTest {
    private static final Path DIST = Path.of("../cli/src/main/dist");

    @Test
    void everySampleTextComesBackFromItsTokens() throws IOException {
        try (HuggingFaceTokenizer tokenizer = SampleText.tokenizer(DIST.resolve("model/tokenizer.json"))) {
            for (String part : new String[] {"", "heldout", "northern", "northern-heldout"}) {
                for (String language : SampleText.LANGUAGES) {
                    Path file = DIST.resolve("sample").resolve(part).resolve(language + ".jsonl");
                    for (SampleText text : SampleText.read(file, tokenizer)) {
                        long[] ids = text.ids().stream()
                                .mapToLong(Integer::longValue)
                                .toArray();
                        assertThat(tokenizer.decode(ids)).isEqualTo(text.text());
                    }
                }
            }
        }
    }

    @Test
    void noHeldOutTextIsTrainedOn() throws IOException {
        try (HuggingFaceTokenizer tokenizer = SampleText.tokenizer(DIST.resolve("model/tokenizer.json"))) {
            for (String language : SampleText.LANGUAGES) {
                Path sample = DIST.resolve("sample");
                Set<String> trained = new HashSet<>();
                for (String part : new String[] {"", "northern"}) {
                    SampleText.read(sample.resolve(part).resolve(language + ".jsonl"), tokenizer)
                            .forEach(text -> trained.add(text.text()));
                }
                for (String part : new String[] {"heldout", "northern-heldout"}) {
                    assertThat(SampleText.read(sample.resolve(part).resolve(language + ".jsonl"), tokenizer))
                            .isNotEmpty()
                            .noneMatch(text -> trained.contains(text.text()));
                }
            }
        }
    }

    @Test
    void specialTokensStandWhereStarCoderHasThem() throws IOException {
        try (HuggingFaceTokenizer tokenizer = SampleText.tokenizer(DIST.resolve("model/tokenizer.json"))) {
            assertThat(tokenizer
                            .encode("<|endoftext|><fim_prefix><fim_middle><fim_suffix><reponame>")
                            .getIds())
                    .containsExactly(0, 1, 2, 3, 18);
        }
    }
}
