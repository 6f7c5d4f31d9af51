package revontuli.safety.encoder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What an ONNX file holds: one straight graph of operators with its weights. Nothing outside the file is read.
final class OnnxFile {
    /// A message of protocol buffers cannot be longer.
    private static final long FILE_BYTES_MAX = Integer.MAX_VALUE;

    private static final int NODES_MAX = 50_000;
    private static final int VERSION_MIN = 11;
    private static final int VERSION_MAX = 25;

    private final List<OnnxNode> nodes = new ArrayList<>();
    private final Map<String, OnnxValue> weights = new HashMap<>();
    private final Map<String, List<Long>> inputs = new LinkedHashMap<>();
    private final List<String> outputs = new ArrayList<>();
    private long version;
    private boolean graph;

    private OnnxFile() {}

    static OnnxFile open(Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size > FILE_BYTES_MAX) {
                throw new DirectoryRejected(
                        "ONNX_TOO_LARGE", "model.onnx: has " + size + " bytes; up to " + FILE_BYTES_MAX + " are read");
            }
            return parse(channel.map(MapMode.READ_ONLY, 0, size));
        } catch (IOException e) {
            throw new DirectoryRejected("FILE_UNREADABLE", "model.onnx: cannot be read");
        }
    }

    static OnnxFile parse(ByteBuffer bytes) {
        OnnxFile file = new OnnxFile();
        OnnxWire model = new OnnxWire(bytes);
        while (model.next()) {
            switch (model.field()) {
                case 7 -> file.graph(model.message());
                case 8 -> file.operators(model.message());
                case 20, 25 ->
                    throw new DirectoryRejected(
                            "ONNX_OPERATOR_UNSUPPORTED",
                            "model.onnx: has training steps or functions of its own; export for inference, inlined");
                default -> {
                    // who made it, and notes
                }
            }
        }
        file.check();
        return file;
    }

    private void operators(OnnxWire message) {
        String domain = "";
        long told = 0;
        while (message.next()) {
            switch (message.field()) {
                case 1 -> domain = message.text();
                case 2 -> told = message.whole();
                default -> {
                    // nothing more is known
                }
            }
        }
        if (domain.isEmpty() || domain.equals("ai.onnx")) {
            version = told;
        }
    }

    private void graph(OnnxWire message) {
        if (graph) {
            throw malformed("has two graphs");
        }
        graph = true;
        while (message.next()) {
            switch (message.field()) {
                case 1 -> {
                    nodes.add(OnnxNode.read(message.message()));
                    if (nodes.size() > NODES_MAX) {
                        throw new DirectoryRejected(
                                "ONNX_TOO_LARGE", "model.onnx: has over " + NODES_MAX + " operators");
                    }
                }
                case 5 -> {
                    OnnxTensors.Named weight = OnnxTensors.read(message.message());
                    if (weights.put(weight.name(), weight.value()) != null) {
                        throw malformed("has two weights named " + weight.name());
                    }
                }
                case 11 -> input(message.message());
                case 12 -> outputs.add(name(message.message()));
                case 14, 15 ->
                    throw new DirectoryRejected(
                            "ONNX_TYPE_UNSUPPORTED",
                            "model.onnx: has quantised or sparse weights; export with plain floats");
                default -> {
                    // names, notes, and shapes that are computed anyway
                }
            }
        }
    }

    private static String name(OnnxWire message) {
        String name = "";
        while (message.next()) {
            if (message.field() == 1) {
                name = message.text();
            }
        }
        return name;
    }

    private void input(OnnxWire message) {
        String name = "";
        List<Long> lengths = new ArrayList<>();
        while (message.next()) {
            switch (message.field()) {
                case 1 -> name = message.text();
                case 2 -> type(message.message(), lengths);
                default -> {
                    // notes
                }
            }
        }
        inputs.put(name, lengths);
    }

    /// Lengths of an input's axes; -1 for one that may vary.
    private static void type(OnnxWire type, List<Long> lengths) {
        while (type.next()) {
            if (type.field() == 1) {
                OnnxWire tensor = type.message();
                while (tensor.next()) {
                    if (tensor.field() == 2) {
                        OnnxWire shape = tensor.message();
                        while (shape.next()) {
                            if (shape.field() == 1) {
                                lengths.add(length(shape.message()));
                            }
                        }
                    }
                }
            }
        }
    }

    private static long length(OnnxWire axis) {
        long length = -1;
        while (axis.next()) {
            if (axis.field() == 1) {
                length = axis.whole();
            }
        }
        return length;
    }

    private void check() {
        if (!graph) {
            throw malformed("holds no graph");
        }
        if (version < VERSION_MIN || version > VERSION_MAX) {
            throw new DirectoryRejected(
                    "ONNX_VERSION_UNSUPPORTED",
                    "model.onnx: is of operator set " + version + "; " + VERSION_MIN + " to " + VERSION_MAX
                            + " are read");
        }
        weights.keySet().forEach(inputs::remove);
    }

    List<OnnxNode> nodes() {
        return nodes;
    }

    Map<String, OnnxValue> weights() {
        return weights;
    }

    /// Inputs that a caller gives, with the lengths of their axes; -1 for one that may vary.
    Map<String, List<Long>> inputs() {
        return inputs;
    }

    List<String> outputs() {
        return outputs;
    }

    /// The version of ONNX's set of operators.
    int version() {
        return (int) version;
    }

    private static DirectoryRejected malformed(String problem) {
        return new DirectoryRejected("ONNX_MALFORMED", "model.onnx: " + problem);
    }
}
