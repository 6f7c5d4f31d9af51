package revontuli.bpe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Golden cases of published vocabularies. Runs where the shared development data lies beside the project.
class GoldenTest {
    private static final Path DATA = Path.of("..", "..", "..", "shared", "data", "golden-tokenizer-ggml");

    @ParameterizedTest(name = "{0}")
    @CsvSource({"StarCoder v1, refact, true", "GPT-2, gpt-2, false"})
    void goldenCasesHold(String name, String file, boolean digits) throws IOException, NotOurs {
        Path base = DATA.resolve("ggml-vocab-" + file + ".gguf");
        assumeThat(base)
                .as("the shared development data is not beside the project")
                .exists();
        String byteLevel = Variants.byteLevel(false, true);
        String preTokenizer = digits
                ? "{\"type\":\"Sequence\",\"pretokenizers\":[{\"type\":\"Digits\",\"individual_digits\":true},"
                        + byteLevel + "]}"
                : byteLevel;
        byte[] json = Gguf.tokenizerJson(base, preTokenizer);
        BpeTokenizer tokenizer = BpeTokenizer.read(json);
        String[] inputs = Files.readString(Path.of(base + ".inp")).split("\n__ggml_vocab_test__\n", -1);
        List<String> outputs = Files.readAllLines(Path.of(base + ".out"));
        assertThat(outputs).hasSizeGreaterThanOrEqualTo(46);
        try (Reference reference = new Reference(json)) {
            for (int i = 0; i < outputs.size(); i++) {
                int[] expected = Arrays.stream(outputs.get(i).strip().split(" +", -1))
                        .filter(id -> !id.isEmpty())
                        .mapToInt(Integer::parseInt)
                        .toArray();
                int[] found = tokenizer.encode(inputs[i], Specials.AS_TEXT);
                assertThat(found).as(name + " case " + i).isEqualTo(expected);
                assertThat(tokenizer.decode(found, false)).isEqualTo(inputs[i]);
                assertThat(reference.encode(inputs[i]).ids()).isEqualTo(found);
            }
        }
    }
}
