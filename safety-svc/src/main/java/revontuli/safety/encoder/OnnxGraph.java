package revontuli.safety.encoder;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import revontuli.safety.encoder.OnnxValue.Wholes;

/// A sequence classifier as an ONNX graph, computed in plain Java. Whatever depends on no input is computed once.
/// Immutable; threads may share it.
final class OnnxGraph implements Logits {
    private static final Set<String> INPUTS = Set.of("input_ids", "attention_mask", "token_type_ids");

    private final List<Step> steps = new ArrayList<>();
    private final List<String> inputs;
    private final @Nullable OnnxValue[] known;
    private final int[] inputPlaces;
    private final int output;
    private final int labels;

    /// An operator with the places of what goes in (-1 for nothing), of what comes out, and of what nobody needs after.
    @SuppressWarnings("ArrayRecordComponent")
    private record Step(OnnxNode node, int version, int[] in, int[] out, int[] done) {}

    private OnnxGraph(OnnxFile file, int labels) {
        this.labels = labels;
        this.inputs = List.copyOf(file.inputs().keySet());
        checkInputs(file);
        Map<String, Integer> places = new HashMap<>();
        inputs.forEach(name -> places.put(name, places.size()));
        this.inputPlaces = inputs.stream().mapToInt(places::get).toArray();
        List<@Nullable OnnxValue> values = new ArrayList<>();
        inputs.forEach(_ -> values.add(null));
        file.weights().forEach((name, value) -> {
            places.put(name, values.size());
            values.add(value);
        });
        for (OnnxNode node : file.nodes()) {
            OnnxOperators.requireKnown(node);
            add(new Step(node, file.version(), ins(node, places), outs(node, places, values), new int[0]), values);
        }
        this.output = output(file, places);
        forgetEarly(values);
        this.known = values.toArray(new OnnxValue[0]);
    }

    /// Opens a file, and tries it with a short text and with the longest.
    ///
    /// @param tokensMax longest input in tokens
    static OnnxGraph open(Path path, int labels, int tokensMax) {
        OnnxGraph graph = new OnnxGraph(OnnxFile.open(path), labels);
        for (int tokens : new int[] {2, 3, tokensMax}) {
            graph.logits(new int[tokens]);
        }
        return graph;
    }

    private static void checkInputs(OnnxFile file) {
        if (!file.inputs().containsKey("input_ids")) {
            throw malformed("has no input input_ids");
        }
        file.inputs().forEach((name, lengths) -> {
            if (!INPUTS.contains(name)) {
                throw malformed("wants an input " + name + "; input_ids, attention_mask and token_type_ids are given");
            }
            if (lengths.size() != 2 || lengths.get(0) > 1 || lengths.get(1) >= 0) {
                throw malformed("takes " + name + " of the shape " + lengths
                        + "; export with a length of text that may vary, one text or any number of them");
            }
        });
        if (file.outputs().isEmpty()) {
            throw malformed("has no output");
        }
    }

    private static int output(OnnxFile file, Map<String, Integer> places) {
        String name =
                file.outputs().contains("logits") ? "logits" : file.outputs().getFirst();
        Integer place = places.get(name);
        if (place == null) {
            throw malformed("has an output " + name + " that nothing makes");
        }
        return place;
    }

    private static int[] ins(OnnxNode node, Map<String, Integer> places) {
        int[] ins = new int[node.inputs().size()];
        for (int i = 0; i < ins.length; i++) {
            String name = node.inputs().get(i);
            Integer place = name.isEmpty() ? Integer.valueOf(-1) : places.get(name);
            if (place == null) {
                throw node.malformed("reads " + name + ", which nothing before it makes");
            }
            ins[i] = place;
        }
        return ins;
    }

    private static int[] outs(OnnxNode node, Map<String, Integer> places, List<@Nullable OnnxValue> values) {
        int[] outs = new int[node.outputs().size()];
        for (int i = 0; i < outs.length; i++) {
            outs[i] = values.size();
            values.add(null);
            if (places.put(node.outputs().get(i), outs[i]) != null) {
                throw node.malformed("makes " + node.outputs().get(i) + " a second time");
            }
        }
        return outs;
    }

    private void add(Step step, List<@Nullable OnnxValue> values) {
        for (int place : step.in()) {
            if (place >= 0 && values.get(place) == null) {
                steps.add(step);
                return;
            }
        }
        List<OnnxValue> made = run(step, values);
        for (int i = 0; i < step.out().length; i++) {
            values.set(step.out()[i], made.get(i));
        }
    }

    /// Says after which step each value that is made on the way is needed no more, and drops what only steps that
    /// were computed beforehand needed.
    private void forgetEarly(List<@Nullable OnnxValue> values) {
        int[] last = new int[values.size()];
        Arrays.fill(last, -1);
        for (int i = 0; i < steps.size(); i++) {
            for (int place : steps.get(i).in()) {
                if (place >= 0) {
                    last[place] = i;
                }
            }
        }
        for (int place = 0; place < last.length; place++) {
            if (last[place] < 0 && place != output) {
                values.set(place, null);
            }
        }
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            int at = i;
            int[] done = Arrays.stream(step.in())
                    .filter(place -> place >= 0 && place != output && last[place] == at && values.get(place) == null)
                    .distinct()
                    .toArray();
            steps.set(i, new Step(step.node(), step.version(), step.in(), step.out(), done));
        }
    }

    @Override
    public float[] logits(int[] ids) {
        List<@Nullable OnnxValue> values = new ArrayList<>(Arrays.asList(known));
        OnnxShape shape = OnnxShape.of(1, ids.length);
        for (int i = 0; i < inputPlaces.length; i++) {
            long[] row = new long[ids.length];
            for (int at = 0; at < row.length; at++) {
                row[at] = switch (inputs.get(i)) {
                    case "input_ids" -> ids[at];
                    case "attention_mask" -> 1;
                    default -> 0;
                };
            }
            values.set(inputPlaces[i], new Wholes(shape, row));
        }
        for (Step step : steps) {
            List<OnnxValue> made = run(step, values);
            for (int i = 0; i < step.out().length; i++) {
                values.set(step.out()[i], made.get(i));
            }
            for (int place : step.done()) {
                values.set(place, null);
            }
        }
        OnnxValue logits = values.get(output);
        if (logits == null
                || logits.shape().size() != labels
                || logits.shape().length(logits.shape().rank() - 1) != labels) {
            throw malformed("gives " + (logits == null ? "nothing" : logits.shape()) + ", and config.json names "
                    + labels + " labels");
        }
        return logits.asReals();
    }

    private static List<OnnxValue> run(Step step, List<@Nullable OnnxValue> values) {
        List<@Nullable OnnxValue> in = new ArrayList<>();
        for (int place : step.in()) {
            in.add(place < 0 ? null : values.get(place));
        }
        List<OnnxValue> made;
        try {
            made = OnnxOperators.run(new OnnxCall(step.node(), in, step.version()));
        } catch (ArithmeticException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw step.node().malformed("cannot be computed: " + e.getMessage());
        }
        if (made.size() < step.out().length) {
            throw step.node().malformed("makes " + made.size() + " values, and " + step.out().length + " are named");
        }
        return made;
    }

    private static DirectoryRejected malformed(String problem) {
        return new DirectoryRejected("ONNX_MALFORMED", "model.onnx: " + problem);
    }
}
