package revontuli.safety.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static revontuli.safety.encoder.OnnxBytes.floats;
import static revontuli.safety.encoder.OnnxBytes.graph;
import static revontuli.safety.encoder.OnnxBytes.input;
import static revontuli.safety.encoder.OnnxBytes.message;
import static revontuli.safety.encoder.OnnxBytes.model;
import static revontuli.safety.encoder.OnnxBytes.node;
import static revontuli.safety.encoder.OnnxBytes.tensor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// An ONNX file that must not be used says why; none reads another file, runs for long, or takes much memory.
class HostileOnnxTest {
    private static final int GOOD = 17;
    private static final byte[] LOGITS = floats("three", new float[] {1, 2, 3}, 1, 3);

    @TempDir
    Path folder;

    @BeforeEach
    void aGoodOne() throws IOException {
        MadeDirectory.write(folder, "bert");
        Files.delete(folder.resolve("model.safetensors"));
    }

    private void write(byte[] model) {
        try {
            Files.write(folder.resolve("model.onnx"), model);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private DirectoryRejected rejected(byte[] model) {
        write(model);
        return catchThrowableOfType(DirectoryRejected.class, () -> SequenceClassifier.open(folder));
    }

    /// A graph that, but for what `fields` adds, gives the same three logits for every text.
    private static byte[] with(Consumer<OnnxBytes> fields) {
        return model(GOOD, graph(graph -> {
            graph.bytes(5, LOGITS);
            fields.accept(graph);
            graph.bytes(1, node("Identity", "logits", "three"));
        }));
    }

    @Test
    void smallestGraphIsComputed() {
        write(with(_ -> {}));

        assertThat(SequenceClassifier.open(folder).probabilities("how do i bake bread"))
                .containsExactly(new double[] {0.0900, 0.2447, 0.6652}, org.assertj.core.data.Offset.offset(1e-4));
    }

    static List<Arguments> refused() {
        byte[] outside = message(tensor -> tensor.whole(1, 1)
                .whole(2, OnnxTensors.FLOAT)
                .text(8, "far")
                .bytes(13, message(entry -> entry.text(1, "location").text(2, "../../etc/passwd")))
                .whole(14, 1));
        byte[] inner = message(
                node -> node.text(2, "y").text(4, "If").bytes(5, message(setting -> setting.text(1, "then_branch")
                        .bytes(6, new byte[0]))));
        byte[] foreign = message(node -> node.text(2, "y").text(4, "Gelu").text(7, "com.microsoft"));
        byte[] wide = message(node -> node.text(1, "sizes").text(2, "y").text(4, "ConstantOfShape"));
        byte[] huge = OnnxBytes.tensor("sizes", OnnxTensors.INT64, longs(1 << 20, 1 << 20), 2);
        return List.of(
                Arguments.of("EXTERNAL", with(g -> g.bytes(5, outside)), "ONNX_EXTERNAL_DATA"),
                Arguments.of("inner graph", with(g -> g.bytes(1, inner)), "ONNX_OPERATOR_UNSUPPORTED"),
                Arguments.of("foreign operator", with(g -> g.bytes(1, foreign)), "ONNX_OPERATOR_UNSUPPORTED"),
                Arguments.of(
                        "unknown operator",
                        with(g -> g.bytes(1, node("Conv", "y", "three"))),
                        "ONNX_OPERATOR_UNSUPPORTED"),
                Arguments.of("a bomb", with(g -> g.bytes(5, huge).bytes(1, wide)), "ONNX_TOO_LARGE"),
                Arguments.of(
                        "reads what nothing made",
                        with(g -> g.bytes(1, node("Identity", "y", "nothing"))),
                        "ONNX_MALFORMED"),
                Arguments.of(
                        "made twice",
                        with(g -> g.bytes(1, node("Identity", "y", "three")).bytes(1, node("Identity", "y", "three"))),
                        "ONNX_MALFORMED"),
                Arguments.of(
                        "shapes that do not fit",
                        with(g ->
                                g.bytes(5, floats("two", new float[2], 2)).bytes(1, node("Add", "y", "two", "three"))),
                        "ONNX_MALFORMED"),
                Arguments.of(
                        "data that do not fit",
                        with(g -> g.bytes(5, tensor("x", OnnxTensors.FLOAT, new byte[7], 2))),
                        "ONNX_MALFORMED"),
                Arguments.of(
                        "quantised weights",
                        with(g -> g.bytes(5, tensor("x", 17, new byte[2], 2))),
                        "ONNX_TYPE_UNSUPPORTED"),
                Arguments.of("sparse weights", with(g -> g.bytes(15, new byte[0])), "ONNX_TYPE_UNSUPPORTED"),
                Arguments.of("another input", with(g -> g.bytes(11, input("pixels", -1))), "ONNX_MALFORMED"),
                Arguments.of("fixed length", with(g -> g.bytes(11, input("token_type_ids", 128))), "ONNX_MALFORMED"),
                Arguments.of("old operators", model(9, graph(_ -> {})), "ONNX_VERSION_UNSUPPORTED"),
                Arguments.of("new operators", model(99, graph(_ -> {})), "ONNX_VERSION_UNSUPPORTED"),
                Arguments.of("no output", model(GOOD, graph(_ -> {})), "ONNX_MALFORMED"),
                Arguments.of("functions", message(m -> m.bytes(25, new byte[0])), "ONNX_OPERATOR_UNSUPPORTED"),
                Arguments.of(
                        "two graphs", message(m -> m.bytes(7, new byte[0]).bytes(7, new byte[0])), "ONNX_MALFORMED"),
                Arguments.of(
                        "a pickle", "\u0080\u0002}q\u0000X".getBytes(StandardCharsets.ISO_8859_1), "ONNX_MALFORMED"),
                Arguments.of("too few logits", fewLogits(), "ONNX_MALFORMED"));
    }

    private static byte[] fewLogits() {
        return model(GOOD, graph(graph -> graph.bytes(5, floats("two", new float[] {1, 2}, 1, 2))
                .bytes(1, node("Identity", "logits", "two"))));
    }

    private static byte[] longs(long... values) {
        java.nio.ByteBuffer bytes =
                java.nio.ByteBuffer.allocate(8 * values.length).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(values).forEach(bytes::putLong);
        return bytes.array();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void saysWhyItIsNotUsed(String what, byte[] model, String reason) {
        assertThat(rejected(model).reason()).as(what).isEqualTo(reason);
    }

    @Test
    void scoreThatIsNoNumberIsNoVerdict() {
        write(model(GOOD, graph(graph -> graph.bytes(5, floats("three", new float[] {1, Float.NaN, 3}, 1, 3))
                .bytes(1, node("Identity", "logits", "three")))));
        SequenceClassifier classifier = SequenceClassifier.open(folder);

        assertThat(catchThrowableOfType(IllegalStateException.class, () -> classifier.probabilities("bread")))
                .hasMessageContaining("no number");
    }

    @Test
    void whateverIsCutOrChangedIsRefusedOrComputed() throws IOException {
        MadeDirectory.writeOnnx(folder, "bert", "traced");
        byte[] whole = Files.readAllBytes(folder.resolve("model.onnx"));
        Random random = new Random(5);
        int refused = 0;
        for (int round = 0; round < 300; round++) {
            byte[] other = round % 3 == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
            for (int i = 0; round % 3 != 0 && i < 4; i++) {
                other[random.nextInt(other.length / 2)] = (byte) random.nextInt(256);
            }
            write(other);
            try {
                SequenceClassifier.open(folder);
            } catch (DirectoryRejected e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(150);
    }
}
