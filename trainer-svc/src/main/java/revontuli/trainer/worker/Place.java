package revontuli.trainer.worker;

import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import revontuli.causallm.Evaluation;

/// Where a run stands, and what it has judged so far: everything beside weights and moments that a checkpoint must
/// hold.
///
/// @param step steps done in all stages
/// @param stageStep steps done in the present stage
/// @param taken rows that each data set of the present stage has given
/// @param before judgement of the base model, by evaluation data set
record Place(long step, int stage, long stageStep, long tokens, List<Long> taken, List<Judged> before) {

    /// A text judged: how well it was predicted, and how many bytes it has.
    record Judged(Evaluation evaluation, long bytes) {
        double bitsPerByte() {
            return evaluation.bitsPerByte(bytes);
        }
    }

    Place {
        taken = List.copyOf(taken);
        before = List.copyOf(before);
    }

    static Place start(int parts, List<Judged> before) {
        return new Place(0, 0, 0, 0, Collections.nCopies(parts, 0L), before);
    }

    Map<String, String> state() {
        Map<String, String> state = new HashMap<>();
        state.put("step", Long.toString(step));
        state.put("stage", Integer.toString(stage));
        state.put("stage_step", Long.toString(stageStep));
        state.put("tokens", Long.toString(tokens));
        state.put("taken", taken.stream().map(String::valueOf).collect(Collectors.joining(" ")));
        state.put(
                "before",
                before.stream()
                        .map(one ->
                                one.evaluation().nats() + " " + one.evaluation().tokens() + " " + one.bytes())
                        .collect(Collectors.joining(",")));
        return state;
    }

    static Place of(Map<String, String> state) {
        List<Judged> before = Arrays.stream(get(state, "before").split(",", -1))
                .map(Place::judged)
                .toList();
        String rows = get(state, "taken");
        return new Place(
                number(state, "step"),
                (int) number(state, "stage"),
                number(state, "stage_step"),
                number(state, "tokens"),
                rows.isEmpty()
                        ? List.of()
                        : Arrays.stream(rows.split(" ", -1)).map(Long::valueOf).toList(),
                before);
    }

    private static Judged judged(String text) {
        String[] parts = text.split(" ", -1);
        return new Judged(
                new Evaluation(Double.parseDouble(parts[0]), Long.parseLong(parts[1])), Long.parseLong(parts[2]));
    }

    private static long number(Map<String, String> state, String name) {
        return Long.parseLong(get(state, name));
    }

    private static String get(Map<String, String> state, String name) {
        String value = state.get(name);
        if (value == null) {
            throw new IllegalStateException("the checkpoint does not say its " + name);
        }
        return value;
    }
}
