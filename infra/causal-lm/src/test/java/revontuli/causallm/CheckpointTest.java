package revontuli.causallm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import revontuli.causallm.CheckpointRejected.Reason;

/// What is read, and what is refused before a weight is looked at: each refusal names place, expected and found.
class CheckpointTest {
    private static final String BIAS = "transformer.h.1.mlp.c_fc.bias";

    @TempDir
    private Path folder;

    private CheckpointRejected rejected(Path directory) {
        return catchThrowableOfType(CheckpointRejected.class, () -> Checkpoint.open(directory));
    }

    private CheckpointRejected rejectedConfig(String config) throws IOException {
        TestModels.write(folder, TestModels.tensors(TestModels.TINY));
        Files.writeString(folder.resolve(Checkpoint.CONFIG), config);
        return rejected(folder);
    }

    @Test
    void goldenConfigsSayWhatTheyAre() throws CheckpointRejected {
        ModelConfig tanh = Golden.GELU_TANH.checkpoint().config();
        ModelConfig erf = Golden.GELU_SHARDED.checkpoint().config();

        assertThat(tanh).isEqualTo(new ModelConfig(112, 96, 3, 4, 32, 64, ModelConfig.Activation.GELU_TANH, 1e-5));
        assertThat(erf).isEqualTo(new ModelConfig(112, 96, 2, 4, 32, 64, ModelConfig.Activation.GELU, 1e-5));
        ModelConfig wide = Golden.BF16_HEADS.checkpoint().config();
        assertThat(wide).isEqualTo(new ModelConfig(112, 96, 2, 3, 96, 150, ModelConfig.Activation.GELU_TANH, 1e-5));
        assertThat(erf.parameters()).isEqualTo(20_640);
        assertThat(erf.headWidth()).isEqualTo(8);
    }

    @Test
    void writtenConfigIsReadBack() throws CheckpointRejected {
        for (ModelConfig.Activation activation : ModelConfig.Activation.values()) {
            ModelConfig config = new ModelConfig(8192, 512, 6, 4, 256, 1024, activation, 1e-6);

            String json = config.toJson(OptionalInt.of(0));

            assertThat(ModelConfig.parse(json.getBytes(StandardCharsets.UTF_8))).isEqualTo(config);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"multi_query\": true      | \"multi_query\": false               | multi_query",
                "gpt_bigcode                | gpt2                                 | model_type",
                "\"model_type\"             | \"type\"                             | model_type",
                "gelu_pytorch_tanh          | relu                                 | activation_function",
                "\"tie_word_embeddings\": true | \"tie_word_embeddings\": false    | tie_word_embeddings",
                "\"scale_attn_weights\": true  | \"scale_attn_weights\": false     | scale_attn_weights",
                "\"vocab_size\": 64         | \"vocab_size\": 64.5                 | vocab_size",
                "\"vocab_size\": 64         | \"vocab_size\": 1e300                | vocab_size",
                "\"n_layer\": 2             | \"n_layer\": -2                      | n_layer",
                "\"n_layer\": 2             | \"n_layer\": 2000                    | n_layer",
                "\"n_head\": 4              | \"n_head\": 5                        | n_embd",
                "\"n_positions\": 160       | \"n_position\": 160                  | n_positions",
                "\"layer_norm_epsilon\": 1.0E-5 | \"layer_norm_epsilon\": 0         | layer_norm_epsilon",
                "\"n_inner\": 64            | \"n_inner\": \"64\"                  | n_inner"
            })
    void configThatIsNotComputedHereIsRefused(String was, String is, String field) throws IOException {
        String config = TestModels.TINY.toJson(OptionalInt.empty());
        assertThat(config).contains(was.trim());

        CheckpointRejected rejection = rejectedConfig(config.replace(was.trim(), is.trim()));

        assertThat(rejection.reason()).isEqualTo(Reason.CONFIG_UNSUPPORTED);
        assertThat(rejection.where()).isEqualTo("config.json: " + field);
        assertThat(rejection.details()).containsOnlyKeys("where", "expected", "found");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {"''", "[]", "{", "{\"a\":1,\"a\":2}", "{} x", "{\"a\":01}", "{\"a\":NaN}", "{\"a\":\"\\x\"}"})
    void configThatIsNotJsonIsRefused(String config) throws IOException {
        assertThat(rejectedConfig(config).reason()).isEqualTo(Reason.JSON_MALFORMED);
    }

    @Test
    void missingFilesAreNamed() throws IOException {
        assertThat(rejected(folder.resolve("nowhere")).where()).isEqualTo("config.json");
        TestModels.write(folder, TestModels.tensors(TestModels.TINY));
        Files.delete(folder.resolve(Checkpoint.WEIGHTS));

        assertThat(rejected(folder).reason()).isEqualTo(Reason.FILE_MISSING);
        assertThat(rejected(folder).where()).isEqualTo("model.safetensors");
    }

    @Test
    void wrongDigestIsRefusedAndTheRightOneIsNot() throws IOException, CheckpointRejected {
        TestModels.write(folder, TestModels.tensors(TestModels.TINY));
        Map<String, Path> files = Map.of(
                Checkpoint.CONFIG, folder.resolve(Checkpoint.CONFIG),
                Checkpoint.WEIGHTS, folder.resolve(Checkpoint.WEIGHTS));
        String digest = FileDigest.of(folder.resolve(Checkpoint.WEIGHTS));
        Checkpoint.open(files, Map.of(Checkpoint.WEIGHTS, digest));

        byte[] bytes = Files.readAllBytes(folder.resolve(Checkpoint.WEIGHTS));
        bytes[bytes.length - 1] ^= 1;
        Files.write(folder.resolve(Checkpoint.WEIGHTS), bytes);
        CheckpointRejected rejection = catchThrowableOfType(
                CheckpointRejected.class, () -> Checkpoint.open(files, Map.of(Checkpoint.WEIGHTS, digest)));

        assertThat(rejection.reason()).isEqualTo(Reason.FILE_DIGEST_MISMATCH);
        assertThat(rejection.where()).isEqualTo("model.safetensors");
        assertThat(rejection.expected()).isEqualTo("sha256:" + digest);
        assertThat(rejection.found()).startsWith("sha256:").isNotEqualTo(rejection.expected());
    }

    @Test
    void weightsThatAreHashedWhileTheyLoadGiveNoModelWhenTheyAreOthers() throws IOException, CheckpointRejected {
        Path weights =
                TestModels.exported(folder, TestModels.TINY, Precision.F32).resolve(Checkpoint.WEIGHTS);
        Map<String, Path> files =
                Map.of(Checkpoint.CONFIG, folder.resolve(Checkpoint.CONFIG), Checkpoint.WEIGHTS, weights);
        Map<String, String> digests = Map.of(
                Checkpoint.CONFIG, FileDigest.of(folder.resolve(Checkpoint.CONFIG)),
                Checkpoint.WEIGHTS, FileDigest.of(weights));
        LanguageModel.open(Checkpoint.openUnproven(files, digests), 1, 64, 1, Compute.INT8)
                .close();

        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 2] ^= 1; // another finite number
        Files.write(weights, bytes);
        assertMismatch(Checkpoint.openUnproven(files, digests), Compute.F32);
        assertMismatch(Checkpoint.openUnproven(files, digests), Compute.INT8);
        Arrays.fill(
                bytes, bytes.length - 4, bytes.length, (byte) 0xff); // no number: what was read was not what was meant
        Files.write(weights, bytes);
        assertMismatch(Checkpoint.openUnproven(files, digests), Compute.INT8);
        Files.writeString(folder.resolve(Checkpoint.CONFIG), "{}");
        assertThat(catchThrowableOfType(CheckpointRejected.class, () -> Checkpoint.openUnproven(files, digests))
                        .where())
                .isEqualTo(Checkpoint.CONFIG);
    }

    private static void assertMismatch(Checkpoint checkpoint, Compute compute) {
        CheckpointRejected rejection =
                catchThrowableOfType(CheckpointRejected.class, () -> LanguageModel.open(checkpoint, 1, 64, 1, compute));

        assertThat(rejection.reason()).isEqualTo(Reason.FILE_DIGEST_MISMATCH);
        assertThat(rejection.where()).isEqualTo(Checkpoint.WEIGHTS);
    }

    @Test
    void headerWhoseLengthBeginsLikeAPickleIsRead() throws IOException, CheckpointRejected {
        TestModels.write(folder, TestModels.tensors(TestModels.TINY));
        ByteBuffer old = ByteBuffer.wrap(Files.readAllBytes(folder.resolve(Checkpoint.WEIGHTS)))
                .order(ByteOrder.LITTLE_ENDIAN);
        int length = (int) old.getLong(0);
        int padded = (length | 0xff) + 1 + 0x80;
        byte[] spaces = new byte[padded - length];
        Arrays.fill(spaces, (byte) ' ');
        ByteBuffer file = ByteBuffer.allocate(old.capacity() + spaces.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(padded)
                .put(old.array(), Long.BYTES, length)
                .put(spaces)
                .put(old.array(), Long.BYTES + length, old.capacity() - Long.BYTES - length);
        Files.write(folder.resolve(Checkpoint.WEIGHTS), file.array());

        assertThat(file.get(0)).isEqualTo((byte) 0x80);
        assertThat(Checkpoint.open(folder).config()).isEqualTo(TestModels.TINY);
    }

    @Test
    void pickleIsRefusedUnderEveryName() throws IOException {
        TestModels.write(folder, TestModels.tensors(TestModels.TINY));
        Files.write(folder.resolve(Checkpoint.WEIGHTS), new byte[] {(byte) 0x80, 2, '}', 'q', 0, '.', 0, 0, 0, 0});
        assertThat(rejected(folder).reason()).isEqualTo(Reason.PICKLE_REFUSED);

        Files.write(folder.resolve(Checkpoint.WEIGHTS), new byte[] {'P', 'K', 3, 4, 0, 0, 0, 0, 0, 0});
        assertThat(rejected(folder).reason()).isEqualTo(Reason.PICKLE_REFUSED);

        Files.move(folder.resolve(Checkpoint.WEIGHTS), folder.resolve("pytorch_model.bin"));
        assertThat(rejected(folder).reason()).isEqualTo(Reason.PICKLE_REFUSED);
        assertThat(rejected(folder).where()).isEqualTo("pytorch_model.bin");
    }

    @Test
    void missingTensorIsNamed() throws IOException {
        List<SafetensorsWriter.Tensor> tensors = new ArrayList<>(TestModels.tensors(TestModels.TINY));
        tensors.removeIf(tensor -> tensor.name().equals(BIAS));
        TestModels.write(folder, tensors);

        assertThat(rejected(folder).reason()).isEqualTo(Reason.TENSOR_MISSING);
        assertThat(rejected(folder).where()).isEqualTo(BIAS);
        assertThat(rejected(folder).expected()).isEqualTo("shape [64]");
    }

    @Test
    void wrongShapeIsNamed() throws IOException {
        List<SafetensorsWriter.Tensor> tensors = new ArrayList<>(TestModels.tensors(TestModels.TINY));
        tensors.replaceAll(tensor -> tensor.name().equals(BIAS) ? TestModels.constant(BIAS, List.of(8, 8), 0) : tensor);
        TestModels.write(folder, tensors);

        assertThat(rejected(folder).reason()).isEqualTo(Reason.TENSOR_SHAPE_MISMATCH);
        assertThat(rejected(folder).where()).isEqualTo("model.safetensors: " + BIAS);
        assertThat(rejected(folder).expected()).isEqualTo("[64]");
        assertThat(rejected(folder).found()).isEqualTo("[8, 8]");
    }

    @Test
    void unknownTensorIsNamed() throws IOException {
        List<SafetensorsWriter.Tensor> tensors = new ArrayList<>(TestModels.tensors(TestModels.TINY));
        tensors.add(TestModels.constant("transformer.h.2.ln_1.bias", List.of(32), 0));
        TestModels.write(folder, tensors);

        assertThat(rejected(folder).reason()).isEqualTo(Reason.TENSOR_UNKNOWN);
        assertThat(rejected(folder).where()).isEqualTo("model.safetensors: transformer.h.2.ln_1.bias");
    }

    @Test
    void masksOfOldReleasesAreIgnored() throws IOException, CheckpointRejected {
        List<SafetensorsWriter.Tensor> tensors = new ArrayList<>(TestModels.tensors(TestModels.TINY));
        tensors.add(TestModels.constant("transformer.h.0.attn.masked_bias", List.of(), 0));
        TestModels.write(folder, tensors);

        assertThat(Checkpoint.open(folder).config()).isEqualTo(TestModels.TINY);
    }

    @Test
    void headMustEqualTheEmbedding() throws IOException, CheckpointRejected {
        for (float value : new float[] {0.5f, 0.25f}) {
            List<SafetensorsWriter.Tensor> tensors = new ArrayList<>(TestModels.tensors(TestModels.TINY));
            tensors.add(TestModels.constant("lm_head.weight", List.of(64, 32), value));
            TestModels.write(folder, tensors);
            Checkpoint checkpoint = Checkpoint.open(folder);

            if (value == 0.5f) {
                LanguageModel.open(checkpoint, 1, 8, 1).close();
            } else {
                assertThatThrownBy(() -> LanguageModel.open(checkpoint, 1, 8, 1))
                        .isInstanceOfSatisfying(CheckpointRejected.class, rejection -> assertThat(rejection.reason())
                                .isEqualTo(Reason.HEAD_NOT_TIED));
            }
        }
    }

    @Test
    void weightThatIsNotANumberIsRefused() throws IOException, CheckpointRejected {
        List<SafetensorsWriter.Tensor> tensors = new ArrayList<>(TestModels.tensors(TestModels.TINY));
        tensors.replaceAll(
                tensor -> tensor.name().equals(BIAS) ? TestModels.constant(BIAS, List.of(64), Float.NaN) : tensor);
        TestModels.write(folder, tensors);
        Checkpoint checkpoint = Checkpoint.open(folder);

        assertThatThrownBy(() -> LanguageModel.open(checkpoint, 1, 8, 1))
                .isInstanceOfSatisfying(CheckpointRejected.class, rejection -> {
                    assertThat(rejection.reason()).isEqualTo(Reason.TENSOR_NOT_FINITE);
                    assertThat(rejection.where()).isEqualTo(BIAS);
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}            | OFFSETS_INVALID",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}            | OFFSETS_INVALID",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                        + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}  | OFFSETS_INVALID",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                        + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[12,16]}} | OFFSETS_INVALID",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}            | OFFSETS_INVALID",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[8],\"data_offsets\":[0,32]}}           | OFFSETS_INVALID",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,8],\"data_offsets\":[0,16]}} | HEADER_MALFORMED",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1000000000,100000000000],\"data_offsets\":[0,16]}} | OFFSETS_INVALID",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-4],\"data_offsets\":[0,16]}}          | HEADER_MALFORMED",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16],\"x\":1}}   | HEADER_MALFORMED",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4]}}                                   | HEADER_MALFORMED",
                "{\"a\":7}                                                                   | HEADER_MALFORMED",
                "{\"__metadata__\":{\"a\":7}}                                                | HEADER_MALFORMED",
                "{\"a\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]}}           | DTYPE_UNSUPPORTED",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]},"
                        + "\"a\":{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}}  | TENSOR_DUPLICATE",
                "[]                                                                          | HEADER_MALFORMED"
            })
    void headerThatLiesIsRefused(String header, Reason reason) throws IOException {
        Path file = folder.resolve("x.safetensors");
        writeRaw(file, header.length(), header.trim(), 16);

        assertThat(catchThrowableOfType(CheckpointRejected.class, () -> SafetensorsFile.read("x.safetensors", file))
                        .reason())
                .isEqualTo(reason);
    }

    @ParameterizedTest
    @CsvSource({"-1", "0", "1", "1000", "9223372036854775807", "33554433"})
    void headerLengthThatDoesNotFitIsRefused(long length) throws IOException {
        Path file = folder.resolve("x.safetensors");
        writeRaw(file, length, "{}", 0);

        assertThat(catchThrowableOfType(CheckpointRejected.class, () -> SafetensorsFile.read("x.safetensors", file))
                        .reason())
                .isEqualTo(Reason.HEADER_MALFORMED);
    }

    @Test
    void emptyFileIsRefused() throws IOException {
        Path file = Files.createFile(folder.resolve("x.safetensors"));

        assertThat(catchThrowableOfType(CheckpointRejected.class, () -> SafetensorsFile.read("x", file))
                        .reason())
                .isEqualTo(Reason.HEADER_MALFORMED);
    }

    private static void writeRaw(Path file, long length, String header, int dataBytes) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(
                        8 + (int) Math.max(header.length(), Math.min(Math.max(length, 0), 512)) + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(length).put(header.getBytes(StandardCharsets.UTF_8));
        while (out.position() < out.limit() - dataBytes) {
            out.put((byte) ' ');
        }
        Files.write(file, out.array());
    }

    @Test
    void shardsAndIndexMustAgree() throws IOException {
        Path golden = Golden.GELU_SHARDED.folder();
        String index = Files.readString(golden.resolve(Checkpoint.INDEX));
        String name = "transformer.ln_f.bias";
        Map<String, Reason> spoilt = new TreeMap<>();
        spoilt.put(
                index.replace("\"" + name + "\": \"model-00003", "\"" + name + "\": \"model-00001"),
                Reason.INDEX_MISMATCH);
        spoilt.put(index.replace("\"" + name + "\"", "\"transformer.ln_g.bias\""), Reason.INDEX_MISMATCH);
        spoilt.put(index.replace("model-00003-of-00003.safetensors", "gone.safetensors"), Reason.FILE_MISSING);
        spoilt.put(index.replace("model-00003-of-00003.safetensors", "model-3.bin"), Reason.PICKLE_REFUSED);
        spoilt.put("{\"weight_map\": {}}", Reason.JSON_MALFORMED);
        spoilt.put("{", Reason.JSON_MALFORMED);
        try (Stream<Path> files = Files.list(golden)) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }

        for (Map.Entry<String, Reason> entry : spoilt.entrySet()) {
            Files.writeString(folder.resolve(Checkpoint.INDEX), entry.getKey());

            assertThat(rejected(folder).reason()).isEqualTo(entry.getValue());
        }
        assertThat(spoilt).hasSize(6);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void writtenWeightsAreReadBackRounded(Precision precision) throws CheckpointRejected {
        Path file = folder.resolve("x.safetensors");
        float[] values = {1f, -0x1.01p0f, 3.1415927f, 1e-40f, -0f, 65504f, 0x1.03p0f};
        SafetensorsWriter.Tensor tensor = new SafetensorsWriter.Tensor("x", List.of(7), (start, floats) -> {
            while (floats.hasRemaining()) {
                floats.putFloat(values[floats.position() / Float.BYTES]);
            }
        });

        SafetensorsWriter.write(file, List.of(tensor), precision, Map.of("note", "\"ä\n"));

        float[] read = TestModels.weights(file).get("x");
        SafetensorsFile header = SafetensorsFile.read("x", file);
        assertThat(header.metadata()).containsExactly(Map.entry("note", "\"ä\n"));
        switch (precision) {
            case F32 -> assertThat(read).isEqualTo(values);
            case BF16 -> assertThat(read).containsExactly(1f, -1f, 3.140625f, 0x1p-133f, -0f, 65536f, 1.015625f);
        }
    }

    @Test
    void halfPrecisionIsReadExactly() throws IOException, CheckpointRejected {
        float[] values = {1.5f, -65504f, 6.1035156e-5f, 0x1p-24f, 0x1.554p-2f};
        String header = "{\"x\":{\"dtype\":\"F16\",\"shape\":[5],\"data_offsets\":[0,10]}}";
        ByteBuffer out = ByteBuffer.allocate(8 + header.length() + 10).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(header.length()).put(header.getBytes(StandardCharsets.UTF_8));
        for (float value : values) {
            out.putShort(Float.floatToFloat16(value));
        }
        Path file = Files.write(folder.resolve("x.safetensors"), out.array());

        assertThat(TestModels.weights(file).get("x")).isEqualTo(values);
    }

    @Test
    void bf16CheckpointRunsCloseToF32() throws IOException, CheckpointRejected {
        Path exact = TestModels.exported(Files.createDirectory(folder.resolve("f32")), TestModels.TINY, Precision.F32);
        Path rounded =
                TestModels.exported(Files.createDirectory(folder.resolve("bf16")), TestModels.TINY, Precision.BF16);
        int[] text = TestModels.text(40, 1);
        try (LanguageModel one = LanguageModel.open(Checkpoint.open(exact), 1, 64, 2);
                LanguageModel other = LanguageModel.open(Checkpoint.open(rounded), 1, 64, 2)) {
            float[][] expected = one.logits(text);
            float[][] found = other.logits(text);

            for (int i = 0; i < text.length; i++) {
                assertThat(found[i]).containsExactly(expected[i], Offset.offset(0.02f));
            }
        }
    }
}
