package revontuli.cli.client;

import java.util.List;
import revontuli.api.trainer.v1.Evaluation;
import revontuli.cli.Out;

/// Held-out bits per byte, before and after, as a table.
public final class Evaluations {
    private Evaluations() {}

    public static void print(Out out, List<Evaluation> evaluations) {
        if (evaluations.isEmpty()) {
            return;
        }
        Table table = new Table("data set", "language", "bits/byte before", "after", "change");
        for (Evaluation evaluation : evaluations) {
            double change = evaluation.getBitsPerByteAfter() - evaluation.getBitsPerByteBefore();
            table.row(
                    evaluation.getDataset(),
                    evaluation.getLanguage(),
                    "%.3f".formatted(evaluation.getBitsPerByteBefore()),
                    "%.3f".formatted(evaluation.getBitsPerByteAfter()),
                    "%+.3f".formatted(change));
        }
        table.print(out);
    }
}
