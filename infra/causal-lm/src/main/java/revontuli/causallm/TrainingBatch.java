package revontuli.causallm;

import java.util.Arrays;

/// A checked batch, padded to its longest row; padding and unasked places carry the ignored target.
final class TrainingBatch {
    private final long[] inputs;
    private final long[] targets;
    private final int rows;
    private final int columns;
    private final long asked;

    private TrainingBatch(long[] inputs, long[] targets, int rows, long asked) {
        this.inputs = inputs;
        this.targets = targets;
        this.rows = rows;
        this.columns = inputs.length / rows;
        this.asked = asked;
    }

    static TrainingBatch of(int[][] inputs, int[][] targets, int rowsMax, ModelConfig config) {
        if (inputs.length < 1 || inputs.length > rowsMax || inputs.length != targets.length) {
            throw new IllegalArgumentException("1 to " + rowsMax + " rows of inputs, as many of targets: "
                    + inputs.length + ", " + targets.length);
        }
        int columns = Arrays.stream(inputs).mapToInt(row -> row.length).max().orElse(0);
        long[] paddedInputs = new long[Math.multiplyExact(inputs.length, columns)];
        long[] paddedTargets = new long[paddedInputs.length];
        Arrays.fill(paddedTargets, GptBigCodeScript.IGNORED);
        long asked = 0;
        for (int r = 0; r < inputs.length; r++) {
            LanguageModel.checkIds(inputs[r], config.positionsMax(), "ids in row " + r, config);
            if (targets[r].length != inputs[r].length) {
                throw new IllegalArgumentException(
                        "row " + r + " has " + inputs[r].length + " inputs and " + targets[r].length + " targets");
            }
            for (int i = 0; i < inputs[r].length; i++) {
                int target = targets[r][i];
                if (target < -1 || target >= config.vocabularySize()) {
                    throw new IllegalArgumentException("targets are token ids or -1: " + target);
                }
                paddedInputs[r * columns + i] = inputs[r][i];
                if (target >= 0) {
                    paddedTargets[r * columns + i] = target;
                    asked++;
                }
            }
        }
        if (asked == 0) {
            throw new IllegalArgumentException("the batch asks for nothing: every target is -1");
        }
        return new TrainingBatch(paddedInputs, paddedTargets, inputs.length, asked);
    }

    long[] inputs() {
        return inputs;
    }

    long[] targets() {
        return targets;
    }

    int rows() {
        return rows;
    }

    int columns() {
        return columns;
    }

    long asked() {
        return asked;
    }
}
