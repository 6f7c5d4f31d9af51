package revontuli.causallm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import revontuli.causallm.CheckpointRejected.Reason;

/// A checkpoint in the Hugging Face layout that was checked: config, digests, headers, names and shapes.
///
/// Needed are `config.json` and either `model.safetensors` or `model.safetensors.index.json` with its shards; other
/// files (tokenizer, card) are not looked at. Weights are read from the mapped files only when a model is opened, so
/// the files must not change meanwhile: give paths of a content-addressed store.
public final class Checkpoint {
    static final String CONFIG = "config.json";
    static final String WEIGHTS = "model.safetensors";
    private static final String SUFFIX = ".safetensors";
    static final String INDEX = "model.safetensors.index.json";

    private static final int JSON_BYTES_MAX = 16 << 20;
    private static final int FILES_MAX = 10_000;
    private static final Pattern PICKLE = Pattern.compile(".*\\.(bin|pt|pth|ckpt|pkl)");
    private static final String HEAD = "lm_head.weight";

    /// Masks that old releases of transformers stored beside the weights; they carry nothing.
    private static final Pattern MASK = Pattern.compile("transformer\\.h\\.[0-9]+\\.attn\\.(bias|masked_bias)");

    private final ModelConfig config;
    private final OptionalInt endOfText;
    private final OptionalInt trainedPositions;
    private final Map<String, SafetensorsFile> home;
    private final Map<String, PendingDigests.Expected> unproven;

    private Checkpoint(
            ModelConfig config,
            OptionalInt endOfText,
            OptionalInt trainedPositions,
            Map<String, SafetensorsFile> home,
            Map<String, PendingDigests.Expected> unproven) {
        this.config = config;
        this.endOfText = endOfText;
        this.trainedPositions = trainedPositions;
        this.home = home;
        this.unproven = unproven;
    }

    /// Reads the files of a directory.
    public static Checkpoint open(Path directory) throws CheckpointRejected {
        Map<String, Path> files = new TreeMap<>();
        if (Files.isDirectory(directory)) {
            try (Stream<Path> paths = Files.list(directory)) {
                paths.filter(Files::isRegularFile)
                        .limit(FILES_MAX)
                        .forEach(path -> files.put(String.valueOf(path.getFileName()), path));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return open(files);
    }

    /// File name (`config.json`, `model.safetensors`, ...) to the path where its bytes lie.
    public static Checkpoint open(Map<String, Path> files) throws CheckpointRejected {
        return open(files, Map.of());
    }

    /// As above; each file named in `sha256` (file name to 64 hex digits) is hashed first and refused if it differs.
    public static Checkpoint open(Map<String, Path> files, Map<String, String> sha256) throws CheckpointRejected {
        for (Map.Entry<String, String> entry : new TreeMap<>(sha256).entrySet()) {
            FileDigest.demand(entry.getKey(), path(files, entry.getKey()), entry.getValue());
        }
        return read(files, Map.of());
    }

    /// As above, but the files of weights are not hashed yet: [LanguageModel#open] does that while it reads them, and
    /// gives out no model of files that are others. What is told before is what the headers say.
    public static Checkpoint openUnproven(Map<String, Path> files, Map<String, String> sha256)
            throws CheckpointRejected {
        Map<String, PendingDigests.Expected> unproven = new TreeMap<>();
        for (Map.Entry<String, String> entry : new TreeMap<>(sha256).entrySet()) {
            Path path = path(files, entry.getKey());
            if (entry.getKey().endsWith(SUFFIX)) {
                unproven.put(entry.getKey(), new PendingDigests.Expected(path, entry.getValue()));
            } else {
                FileDigest.demand(entry.getKey(), path, entry.getValue());
            }
        }
        return read(files, unproven);
    }

    private static Checkpoint read(Map<String, Path> files, Map<String, PendingDigests.Expected> unproven)
            throws CheckpointRejected {
        Map<String, Object> fields = ModelConfig.fields(bytes(files, CONFIG));
        ModelConfig config = ModelConfig.parse(fields);
        Map<String, SafetensorsFile> home = files.containsKey(INDEX) ? sharded(files) : single(files);
        checkTensors(config, home);
        return new Checkpoint(
                config, endOfText(fields, config), ModelConfig.trainedPositions(fields, config), home, unproven);
    }

    /// Begins to hash what was not hashed yet.
    PendingDigests prove() {
        return PendingDigests.start(unproven);
    }

    private static Path path(Map<String, Path> files, String name) throws CheckpointRejected {
        Path path = files.get(name);
        if (path == null || !Files.isRegularFile(path)) {
            throw new CheckpointRejected(Reason.FILE_MISSING, name, "a file", "nothing");
        }
        return path;
    }

    private static byte[] bytes(Map<String, Path> files, String name) throws CheckpointRejected {
        Path path = path(files, name);
        try {
            long size = Files.size(path);
            if (size > JSON_BYTES_MAX) {
                throw new CheckpointRejected(
                        Reason.JSON_MALFORMED, name, "at most " + JSON_BYTES_MAX + " bytes", Long.toString(size));
            }
            return Files.readAllBytes(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, SafetensorsFile> single(Map<String, Path> files) throws CheckpointRejected {
        if (!files.containsKey(WEIGHTS)) {
            for (String name : new TreeSet<>(files.keySet())) {
                if (PICKLE.matcher(name).matches()) {
                    throw new CheckpointRejected(Reason.PICKLE_REFUSED, name, WEIGHTS, "a pickle");
                }
            }
        }
        Map<String, SafetensorsFile> home = new LinkedHashMap<>();
        SafetensorsFile file = SafetensorsFile.read(WEIGHTS, path(files, WEIGHTS));
        file.entries().keySet().forEach(name -> home.put(name, file));
        return home;
    }

    private static Map<String, SafetensorsFile> sharded(Map<String, Path> files) throws CheckpointRejected {
        Map<String, String> index = index(bytes(files, INDEX));
        Map<String, SafetensorsFile> home = new LinkedHashMap<>();
        for (String shard : new TreeSet<>(index.values())) {
            SafetensorsFile file = SafetensorsFile.read(shard, path(files, shard));
            for (String name : file.entries().keySet()) {
                if (home.putIfAbsent(name, file) != null) {
                    throw new CheckpointRejected(
                            Reason.TENSOR_DUPLICATE, shard + ": " + name, "each tensor once", "in a shard before too");
                }
                if (!shard.equals(index.get(name))) {
                    throw new CheckpointRejected(
                            Reason.INDEX_MISMATCH, INDEX + ": " + name, shard, String.valueOf(index.get(name)));
                }
            }
        }
        for (Map.Entry<String, String> entry : index.entrySet()) {
            if (!home.containsKey(entry.getKey())) {
                throw new CheckpointRejected(
                        Reason.INDEX_MISMATCH, entry.getValue() + ": " + entry.getKey(), "a tensor", "nothing");
            }
        }
        return home;
    }

    private static Map<String, String> index(byte[] json) throws CheckpointRejected {
        Map<String, String> index = new TreeMap<>();
        try {
            if (Json.object(json).get("weight_map") instanceof Map<?, ?> map) {
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    String shard = String.valueOf(entry.getValue());
                    if (PICKLE.matcher(shard).matches()) {
                        throw new CheckpointRejected(Reason.PICKLE_REFUSED, INDEX, "safetensors", shard);
                    }
                    index.put(String.valueOf(entry.getKey()), shard);
                }
            }
        } catch (Json.Malformed e) {
            throw new CheckpointRejected(Reason.JSON_MALFORMED, INDEX, "JSON", String.valueOf(e.getMessage()));
        }
        if (index.isEmpty()) {
            throw new CheckpointRejected(Reason.JSON_MALFORMED, INDEX, "a weight_map", "none");
        }
        return index;
    }

    private static void checkTensors(ModelConfig config, Map<String, SafetensorsFile> home) throws CheckpointRejected {
        Map<String, WeightLayout.Tensor> known = new LinkedHashMap<>();
        for (WeightLayout.Tensor tensor : WeightLayout.of(config).tensors()) {
            known.put(tensor.name(), tensor);
            checkShape(home, tensor.name(), tensor.shape());
        }
        for (Map.Entry<String, SafetensorsFile> entry : home.entrySet()) {
            String name = entry.getKey();
            if (name.equals(HEAD)) {
                checkShape(home, HEAD, List.of(config.vocabularySize(), config.width()));
            } else if (!known.containsKey(name) && !MASK.matcher(name).matches()) {
                throw new CheckpointRejected(
                        Reason.TENSOR_UNKNOWN, entry.getValue().label() + ": " + name, "a tensor of gpt_bigcode", name);
            }
        }
    }

    private static void checkShape(Map<String, SafetensorsFile> home, String name, List<Integer> shape)
            throws CheckpointRejected {
        SafetensorsFile file = home.get(name);
        if (file == null) {
            throw new CheckpointRejected(Reason.TENSOR_MISSING, name, "shape " + shape, "nothing");
        }
        checkShape(file, name, shape);
    }

    static void checkShape(SafetensorsFile file, String name, List<Integer> shape) throws CheckpointRejected {
        SafetensorsFile.Entry entry = file.entries().get(name);
        if (entry == null) {
            throw new CheckpointRejected(
                    Reason.TENSOR_MISSING, file.label() + ": " + name, "shape " + shape, "nothing");
        }
        if (!shape.stream().map(Integer::longValue).toList().equals(entry.shape())) {
            throw new CheckpointRejected(
                    Reason.TENSOR_SHAPE_MISMATCH,
                    file.label() + ": " + name,
                    shape.toString(),
                    entry.shape().toString());
        }
    }

    private static OptionalInt endOfText(Map<String, Object> fields, ModelConfig config) {
        boolean usable = fields.get("eos_token_id") instanceof BigDecimal number
                && number.signum() >= 0
                && number.scale() == 0
                && number.compareTo(BigDecimal.valueOf(config.vocabularySize())) < 0;
        return usable && fields.get("eos_token_id") instanceof BigDecimal number
                ? OptionalInt.of(number.intValueExact())
                : OptionalInt.empty();
    }

    public ModelConfig config() {
        return config;
    }

    /// `eos_token_id` of config.json, where it has one inside the vocabulary.
    public OptionalInt endOfText() {
        return endOfText;
    }

    /// The longest text in tokens that the model was trained on: `n_positions_trained` of config.json, a field of this
    /// suite, where it is there. The table of positions may be longer.
    public OptionalInt trainedPositions() {
        return trainedPositions;
    }

    /// Some checkpoints carry a copy of the head; it must equal the embedding to which it is tied.
    void demandTiedHead() throws CheckpointRejected {
        SafetensorsFile copy = home.get(HEAD);
        if (copy == null) {
            return;
        }
        SafetensorsFile table = home(WeightLayout.TOKENS_NAME);
        SafetensorsFile.Entry tokens = table.entry(WeightLayout.TOKENS_NAME);
        copy.floats(copy.entry(HEAD), 1, (start, floats) -> {
            if (!table.window(tokens, start, floats.remaining() / Float.BYTES).equals(floats)) {
                throw new CheckpointRejected(
                        Reason.HEAD_NOT_TIED, HEAD, "the values of " + WeightLayout.TOKENS_NAME, "others");
            }
        });
    }

    /// Takes the floats of a tensor, in native order, the first of them being element `start`.
    @FunctionalInterface
    public interface TensorSink {
        void accept(String name, List<Integer> shape, long start, ByteBuffer floats);
    }

    /// Feeds every tensor of the model to the sink, one after the other, window by window.
    public void tensors(TensorSink sink) throws CheckpointRejected {
        for (WeightLayout.Tensor tensor : WeightLayout.of(config).tensors()) {
            floats(tensor.name(), 1, (start, floats) -> sink.accept(tensor.name(), tensor.shape(), start, floats));
        }
    }

    /// Feeds the floats of `name` to the sink, window by window, each a multiple of `multiple` elements.
    void floats(String name, int multiple, SafetensorsFile.FloatSink sink) throws CheckpointRejected {
        SafetensorsFile file = home(name);
        file.floats(file.entry(name), multiple, sink);
    }

    private SafetensorsFile home(String name) {
        SafetensorsFile file = home.get(name);
        if (file == null) {
            throw new IllegalArgumentException("no such tensor: " + name);
        }
        return file;
    }
}
