package revontuli.safety.yaml;

import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;
import revontuli.platform.fault.Fault;

/// A mapping of a YAML file. Keys are taken one by one; [#done] refuses those that nobody asked for.
///
/// Refused outright: more than [#BYTES_MAX] bytes, nesting over [#DEPTH_MAX], anchors and aliases, tags, duplicate
/// keys, several documents, and bytes that are not UTF-8. Not thread-safe; read and let go.
public final class YamlMap {
    public static final int BYTES_MAX = 256 * 1024;
    public static final int DEPTH_MAX = 8;

    private final String reason;
    private final String path;
    private final int line;
    private final Map<String, Node> nodes;
    private final Set<String> taken = new LinkedHashSet<>();

    private YamlMap(String reason, String path, MappingNode node) {
        this.reason = reason;
        this.path = path;
        this.line = lineOf(node);
        this.nodes = entries(node);
    }

    /// Reads the exact bytes of one file; `reason` is the machine-readable reason of every refusal.
    public static YamlMap parse(String reason, byte[] bytes) {
        if (bytes.length > BYTES_MAX) {
            throw fault(reason, "", 0, "holds " + bytes.length + " bytes", "keep it within " + BYTES_MAX + " bytes");
        }
        Node root = compose(reason, decode(reason, bytes));
        if (!(root instanceof MappingNode mapping)) {
            throw fault(reason, "", 1, "is not a mapping", "begin with `schema: ...` at the first column");
        }
        return new YamlMap(reason, "", mapping);
    }

    private static String decode(String reason, byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException _) {
            throw fault(reason, "", 0, "is not UTF-8", "save the file as UTF-8");
        }
    }

    private static @Nullable Node compose(String reason, String yaml) {
        LoaderOptions options = new LoaderOptions();
        options.setNestingDepthLimit(DEPTH_MAX);
        options.setCodePointLimit(BYTES_MAX);
        try {
            return new Composer(
                            new ParserImpl(new StreamReader(new StringReader(yaml)), options), new Resolver(), options)
                    .getSingleNode();
        } catch (YAMLException malformed) {
            throw fault(reason, "", 0, "is not readable YAML: " + malformed.getMessage(), "correct the place it names");
        }
    }

    private Map<String, Node> entries(MappingNode mapping) {
        plain(path, mapping);
        Map<String, Node> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw fault(
                        reason, path, lineOf(tuple.getKeyNode()), "has a key that is not text", "write a plain key");
            }
            plain(join(key.getValue()), key);
            if (entries.putIfAbsent(key.getValue(), tuple.getValueNode()) != null) {
                throw fault(reason, join(key.getValue()), lineOf(key), "stands twice", "keep one of the two");
            }
        }
        return entries;
    }

    /// An anchor lets a small file grow without bound, and a tag asks for a class: neither is needed here.
    private void plain(String where, Node node) {
        if (node.getAnchor() != null) {
            throw fault(reason, where, lineOf(node), "uses an anchor", "write the value out");
        }
        if (!node.getTag().startsWith("tag:yaml.org,2002:")) {
            throw fault(reason, where, lineOf(node), "carries the tag " + node.getTag(), "remove the tag");
        }
    }

    public Set<String> keys() {
        return nodes.keySet();
    }

    public boolean has(String key) {
        return nodes.containsKey(key);
    }

    public String text(String key) {
        return scalar(key, required(key, "add `" + key + ": ...`"));
    }

    public Optional<String> findText(String key) {
        return find(key).map(node -> scalar(key, node));
    }

    /// A whole number between the bounds, both included.
    public int number(String key, int min, int max) {
        String value = text(key);
        try {
            int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException _) {
            // refused below, as any other value that is out of bounds
        }
        throw refusal(key, "is " + value, "write a whole number from " + min + " to " + max);
    }

    /// A number over 0 and at most 1, written with digits and a point.
    public double share(String key) {
        String value = text(key);
        boolean decimal = !value.isEmpty() && value.chars().allMatch(c -> c == '.' || (c >= '0' && c <= '9'));
        if (decimal && value.chars().filter(c -> c == '.').count() <= 1 && !value.equals(".")) {
            double share = Double.parseDouble(value);
            if (share > 0 && share <= 1) {
                return share;
            }
        }
        throw refusal(key, "is " + value, "write a number over 0 and at most 1, such as 0.8");
    }

    public List<String> texts(String key) {
        Node node = required(key, "add `" + key + ": [...]`");
        if (!(node instanceof SequenceNode sequence)) {
            throw refusal(key, "is not a list", "write `[a, b]`");
        }
        plain(join(key), node);
        List<String> texts = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            texts.add(scalar(key, item));
        }
        return List.copyOf(texts);
    }

    public YamlMap map(String key) {
        return findMap(key).orElseThrow(() -> refusal(key, "is missing", "add the mapping `" + key + ":`"));
    }

    public Optional<YamlMap> findMap(String key) {
        return find(key).map(node -> {
            if (!(node instanceof MappingNode mapping)) {
                throw refusal(key, "is not a mapping", "write `" + key + ":` and indent what belongs to it");
            }
            return new YamlMap(reason, join(key), mapping);
        });
    }

    /// Refuses every key that was never asked for.
    public void done() {
        for (String key : nodes.keySet()) {
            if (!taken.contains(key)) {
                throw refusal(key, "is not known here", "remove it; known are " + String.join(", ", taken));
            }
        }
    }

    /// A fault about `key`, for what only the reader of the file can judge.
    public RuntimeException refusal(String key, String problem, String fix) {
        @Nullable Node node = nodes.get(key);
        return fault(reason, join(key), node == null ? line : lineOf(node), problem, fix);
    }

    private Optional<Node> find(String key) {
        taken.add(key);
        return Optional.ofNullable(nodes.get(key));
    }

    private Node required(String key, String fix) {
        return find(key).orElseThrow(() -> refusal(key, "is missing", fix));
    }

    private String scalar(String key, Node node) {
        plain(join(key), node);
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw refusal(key, "is not text", "write one value");
    }

    private String join(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static int lineOf(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    private static RuntimeException fault(String reason, String path, int line, String problem, String fix) {
        String where = path.isEmpty() ? "the file" : path;
        String at = line == 0 ? "" : " (line " + line + ")";
        return new Fault.Invalid(
                        reason,
                        where + at + " " + problem + ": " + fix,
                        Map.of("path", path, "line", Integer.toString(line), "fix", fix))
                .toException();
    }
}
