package revontuli.causallm;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import revontuli.causallm.CheckpointRejected.Reason;

/// What a training checkpoint says besides its tensors, and how both lie in one safetensors file.
///
/// Tensors: `weight/NAME`, `moment1/NAME`, `moment2/NAME` in f32. Metadata: format, config.json, the optimizer's
/// settings, the step counter, and the caller's strings behind the prefix `caller.`.
record TrainingState(ModelConfig config, AdamW optimizer, long steps, Map<String, String> callerState) {
    private static final String FORMAT = "revontuli.training.v1";
    private static final String CALLER = "caller.";
    private static final int CALLER_ENTRIES_MAX = 1000;
    private static final int CALLER_CHARS_MAX = 1 << 20;
    private static final List<String> GROUPS = List.of("weight/", "moment1/", "moment2/");

    TrainingState {
        callerState = Map.copyOf(callerState);
        int chars = callerState.entrySet().stream()
                .mapToInt(entry -> entry.getKey().length() + entry.getValue().length())
                .sum();
        if (callerState.size() > CALLER_ENTRIES_MAX || chars > CALLER_CHARS_MAX) {
            throw new IllegalArgumentException("the caller's state is limited to " + CALLER_ENTRIES_MAX
                    + " entries and " + CALLER_CHARS_MAX + " characters");
        }
    }

    void write(Path file, Weights... groups) {
        Map<String, String> metadata = new TreeMap<>();
        metadata.put("format", FORMAT);
        metadata.put("config", config.toJson(OptionalInt.empty()));
        metadata.put("steps", Long.toString(steps));
        metadata.put("beta1", Double.toString(optimizer.beta1()));
        metadata.put("beta2", Double.toString(optimizer.beta2()));
        metadata.put("epsilon", Double.toString(optimizer.epsilon()));
        metadata.put("weightDecay", Double.toString(optimizer.weightDecay()));
        metadata.put("clipNorm", Double.toString(optimizer.clipNorm()));
        callerState.forEach((key, value) -> metadata.put(CALLER + key, value));
        List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();
        for (int g = 0; g < groups.length; g++) {
            tensors.addAll(groups[g].toWrite(GROUPS.get(g)));
        }
        SafetensorsWriter.write(file, tensors, Precision.F32, metadata);
    }

    /// The state together with the file that its tensors are still to be read from.
    static Stored read(Path file) throws CheckpointRejected {
        String label = String.valueOf(file.getFileName());
        if (!Files.isRegularFile(file)) {
            throw new CheckpointRejected(Reason.FILE_MISSING, label, "a training checkpoint", "nothing");
        }
        SafetensorsFile tensors = SafetensorsFile.read(label, file);
        Map<String, String> metadata = tensors.metadata();
        if (!FORMAT.equals(metadata.get("format"))) {
            throw malformed(label, "format", FORMAT, metadata);
        }
        ModelConfig config = ModelConfig.parse(text(label, metadata, "config").getBytes(StandardCharsets.UTF_8));
        for (WeightLayout.Tensor tensor : WeightLayout.of(config).tensors()) {
            for (String group : GROUPS) {
                Checkpoint.checkShape(tensors, group + tensor.name(), tensor.shape());
            }
        }
        Map<String, String> callerState = new LinkedHashMap<>();
        metadata.forEach((key, value) -> {
            if (key.startsWith(CALLER)) {
                callerState.put(key.substring(CALLER.length()), value);
            }
        });
        try {
            AdamW optimizer = new AdamW(
                    Double.parseDouble(text(label, metadata, "beta1")),
                    Double.parseDouble(text(label, metadata, "beta2")),
                    Double.parseDouble(text(label, metadata, "epsilon")),
                    Double.parseDouble(text(label, metadata, "weightDecay")),
                    Double.parseDouble(text(label, metadata, "clipNorm")));
            long steps = Long.parseLong(text(label, metadata, "steps"));
            return new Stored(new TrainingState(config, optimizer, steps, callerState), tensors);
        } catch (IllegalArgumentException e) {
            throw new CheckpointRejected(
                    Reason.HEADER_MALFORMED,
                    label,
                    "settings of a training checkpoint",
                    String.valueOf(e.getMessage()));
        }
    }

    private static String text(String label, Map<String, String> metadata, String key) throws CheckpointRejected {
        String value = metadata.get(key);
        if (value == null) {
            throw malformed(label, key, "a value", metadata);
        }
        return value;
    }

    private static CheckpointRejected malformed(
            String label, String key, String expected, Map<String, String> metadata) {
        return new CheckpointRejected(
                Reason.HEADER_MALFORMED, label + ": " + key, expected, String.valueOf(metadata.get(key)));
    }

    /// A state and its tensors on disk.
    record Stored(TrainingState state, SafetensorsFile tensors) {
        void load(Weights... groups) throws CheckpointRejected {
            for (int g = 0; g < groups.length; g++) {
                groups[g].load(GROUPS.get(g), (name, sink) -> tensors.floats(tensors.entry(name), sink));
            }
        }
    }
}
