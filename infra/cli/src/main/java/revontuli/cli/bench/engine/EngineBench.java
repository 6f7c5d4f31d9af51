package revontuli.cli.bench.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import revontuli.cli.Out;

/// Engines with the same weights, in turns: each round every engine has its turn in every measurement, and each round
/// begins with another one. Ratios are of medians.
final class EngineBench {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int[] STREAMS = {1, 8, 32};
    private static final int PREFILL_TOKENS = 512;
    private static final String PREFILL = "prefill";

    private final int rounds;
    private final int steps;
    private final Out out;

    EngineBench(int rounds, int steps, Out out) {
        this.rounds = rounds;
        this.steps = steps;
        this.out = out;
    }

    /// Ours comes first; the keys of the others are `q8`, `q4` and `transformers`.
    ObjectNode compare(String shape, Map<String, EnginePeer> engines) {
        List<String> keys = new ArrayList<>(engines.keySet());
        Map<String, Map<String, List<Double>>> spent = new LinkedHashMap<>();
        for (int round = 0; round <= rounds; round++) {
            for (String what : measurements()) {
                for (int turn = 0; turn < keys.size(); turn++) {
                    String key = keys.get((turn + round) % keys.size());
                    EnginePeer engine = engines.get(key);
                    if (engine == null) {
                        continue;
                    }
                    double[] found = what.equals(PREFILL)
                            ? engine.prefill(PREFILL_TOKENS, 1)
                            : engine.decode(Integer.parseInt(what), steps);
                    if (round > 0) { // the first round warms up and fills the slots
                        List<Double> all = spent.computeIfAbsent(key, unseen -> new LinkedHashMap<>())
                                .computeIfAbsent(what, unseen -> new ArrayList<>());
                        for (double one : found) {
                            all.add(one);
                        }
                    }
                }
            }
            out.progress(shape + ": round " + round + " of " + rounds);
        }
        return result(shape, engines, spent);
    }

    private static List<String> measurements() {
        List<String> all = new ArrayList<>();
        for (int streams : STREAMS) {
            all.add(Integer.toString(streams));
        }
        all.add(PREFILL);
        return all;
    }

    private ObjectNode result(
            String shape, Map<String, EnginePeer> engines, Map<String, Map<String, List<Double>>> spent) {
        ObjectNode result = JSON.createObjectNode();
        String ours = engines.keySet().iterator().next();
        for (Map.Entry<String, EnginePeer> engine : engines.entrySet()) {
            String key = engine.getKey();
            ObjectNode times = result.withObject("/ms_per_step").putObject(key);
            result.withObject("/engines").put(key, engine.getValue().version());
            for (String what : measurements()) {
                double median = median(spent, key, what);
                times.put(what, round(median));
                out.line("%-15s %-14s %8s %10.2f ms".formatted(shape, key, what, median));
                if (key.equals(ours)) {
                    continue;
                }
                double ratio = round(median / median(spent, ours, what));
                if (key.equals("transformers")) {
                    result.withObject("/ratio_transformers").put(what, ratio);
                } else if (what.equals(PREFILL)) {
                    result.put("prefill_ratio_" + key, ratio);
                } else {
                    result.withObject("/decode_ratio_" + key).put(what, ratio);
                }
            }
        }
        return result;
    }

    static double median(Map<String, Map<String, List<Double>>> spent, String key, String what) {
        return median(spent.getOrDefault(key, Map.of()).getOrDefault(what, List.of()).stream()
                .mapToDouble(Double::doubleValue)
                .toArray());
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        java.util.Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    static double round(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
