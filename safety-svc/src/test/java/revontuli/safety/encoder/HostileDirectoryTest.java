package revontuli.safety.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A directory that must not be used says which file and field, and why.
class HostileDirectoryTest {
    @TempDir
    Path folder;

    @BeforeEach
    void aGoodOne() {
        MadeDirectory.write(folder, "bert");
    }

    private DirectoryRejected rejected() {
        return catchThrowableOfType(DirectoryRejected.class, () -> SequenceClassifier.open(folder));
    }

    private void change(String file, String text, String other) throws IOException {
        String before = Files.readString(folder.resolve(file), StandardCharsets.ISO_8859_1);
        assertThat(before).contains(text);
        Files.writeString(
                folder.resolve(file),
                before.replaceFirst(Pattern.quote(text), Matcher.quoteReplacement(other)),
                StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource({
        "pytorch_model.bin,PICKLE_REFUSED",
        "model.onnx,ONNX_MALFORMED",
        "model.safetensors.index.json,SHARDS_UNSUPPORTED",
        "weights.h5,FILE_MISSING",
    })
    void whatIsNoSafetensorsIsNotRead(String file, String reason) throws IOException {
        Files.move(folder.resolve("model.safetensors"), folder.resolve(file));

        assertThat(rejected().reason()).isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"model_type\": \"bert\"|\"model_type\": \"gpt2\"|CONFIG_UNSUPPORTED|model_type",
                "\"hidden_size\": 32|\"hidden_size\": 33|CONFIG_UNSUPPORTED|hidden_size",
                "\"hidden_size\": 32|\"hidden_size\": 64|TENSOR_SHAPE_MISMATCH|word_embeddings",
                "\"hidden_size\": 32|\"hidden_size\": 99999999999|CONFIG_UNSUPPORTED|hidden_size",
                "\"hidden_size\": 32|\"hidden_size\": -1|CONFIG_UNSUPPORTED|hidden_size",
                "\"num_hidden_layers\": 2|\"num_hidden_layers\": 1e9|CONFIG_UNSUPPORTED|num_hidden_layers",
                "\"num_hidden_layers\": 2|\"num_hidden_layers\": 3|TENSOR_MISSING|layer.2",
                "\"hidden_act\": \"gelu\"|\"hidden_act\": \"exec\"|CONFIG_UNSUPPORTED|hidden_act",
                "\"id2label\"|\"names\"|LABELS_MISSING|id2label",
                "\"1\": \"harmful\"|\"7\": \"harmful\"|LABELS_MISSING|output 1",
                "\"vocab_size\": 50|\"vocab_size\": 20|CONFIG_UNSUPPORTED|tokenizer.json",
                "\"id2label\"|\"hidden_size\": 1, \"id2label\"|JSON_MALFORMED|config.json",
            })
    void wrongConfigurationNamesTheField(String text, String other, String reason, String where) throws IOException {
        change("config.json", text, other);

        assertThat(rejected().reason()).isEqualTo(reason);
        assertThat(rejected()).hasMessageContaining(where);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"BertNormalizer\"|\"Replace\"|normalizer",
                "\"BertPreTokenizer\"|\"Split\"|pre_tokenizer",
                "\"TemplateProcessing\"|\"Unknown\"|post_processor",
                "\"WordPiece\"|\"WordLevel\"|model",
                "\"unk_token\":\"[UNK]\"|\"unk_token\":\"nothing\"|unk_token",
            })
    void wrongTokenizerNamesTheField(String text, String other, String where) throws IOException {
        change("tokenizer.json", text, other);

        assertThat(rejected()).hasMessageContaining("tokenizer.json").hasMessageContaining(where);
    }

    @Test
    void weightsThatAreCutAreRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(folder.resolve("model.safetensors"));
        Files.write(folder.resolve("model.safetensors"), java.util.Arrays.copyOf(bytes, bytes.length - 4));

        assertThat(rejected().reason()).isEqualTo("HEADER_MALFORMED");
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "9223372036854775807", "100000000"})
    void headerOfAnotherLengthIsRefused(long length) throws IOException {
        byte[] bytes = Files.readAllBytes(folder.resolve("model.safetensors"));
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
        Files.write(folder.resolve("model.safetensors"), bytes);

        assertThat(rejected().reason()).isEqualTo("HEADER_MALFORMED");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"F32\"|\"I64\"|TYPE_UNSUPPORTED",
                "\"F32\"|\"F16\"|HEADER_MALFORMED",
                "[0,128]|[0,129]|HEADER_MALFORMED",
                "\"shape\":[3]|\"shape\":[9]|HEADER_MALFORMED",
            })
    void tensorsThatDoNotFitAreRefused(String text, String other, String reason) throws IOException {
        change("model.safetensors", text, other);

        assertThat(rejected().reason()).isEqualTo(reason);
    }

    @Test
    void weightThatIsNoNumberIsRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(folder.resolve("model.safetensors"));
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(bytes.length - 4, Float.NaN);
        Files.write(folder.resolve("model.safetensors"), bytes);

        assertThat(rejected().reason()).isEqualTo("TENSOR_NOT_FINITE");
    }
}
