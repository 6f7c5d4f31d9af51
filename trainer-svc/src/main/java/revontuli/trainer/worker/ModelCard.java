package revontuli.trainer.worker;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import revontuli.trainer.job.Plan;
import revontuli.trainer.publish.Judgement;
import revontuli.trainer.run.Assignment;

/// The card of a candidate: what it comes from, what it was trained on, how it is judged; digests throughout. Holds no
/// time, so that the same run gives the same bytes.
final class ModelCard {
    private final Assignment assignment;

    ModelCard(Assignment assignment) {
        this.assignment = assignment;
    }

    String text(List<Judgement> judgements, String engine) {
        Plan plan = assignment.plan();
        StringBuilder card = new StringBuilder();
        card.append("# A candidate for ").append(plan.model()).append("\n\n");
        card.append("Trained by ")
                .append(assignment.lease().job())
                .append(" from ")
                .append(plan.baseModel());
        card.append(" (").append(assignment.base()).append(").\n");
        card.append("Plan ")
                .append(plan.digest())
                .append(", seed ")
                .append(plan.shape().seed());
        card.append(", rows of ").append(plan.shape().sequenceTokens()).append(" tokens, ");
        card.append(plan.shape().batchRows()).append(" rows a step, AdamW, warm-up and cosine, weights as bf16.\n");
        card.append("Engine: ").append(engine).append(".\n");
        for (int i = 0; i < plan.stages().size(); i++) {
            stage(card, i + 1, plan.stages().get(i), plan.shape());
        }
        data(card);
        card.append("\n## Held-out bits per byte\n\n| data set | language | before | after | bytes |\n");
        card.append("| --- | --- | --- | --- | --- |\n");
        judgements.forEach(one -> card.append(String.format(
                Locale.ROOT,
                "| %s | %s | %.4f | %.4f | %d |\n",
                one.dataset(),
                one.language(),
                one.before(),
                one.after(),
                one.bytes())));
        card.append("\nThe texts judged were not trained on under these names; whether they overlap with the");
        card.append(" training data is not checked.\nNot served before it is approved.\n");
        return card.toString();
    }

    private static void stage(StringBuilder card, int number, Plan.Stage stage, Plan.Shape shape) {
        card.append("\n## Stage ")
                .append(number)
                .append(": ")
                .append(stage.kind().text())
                .append("\n\n");
        card.append(stage.steps(shape)).append(" steps, ").append(stage.steps(shape) * shape.stepTokens());
        card.append(" tokens, highest learning rate ")
                .append(stage.learningRate())
                .append(".\n\n");
        card.append("| data set | weight | replay |\n| --- | --- | --- |\n");
        stage.mixture().forEach(part -> card.append("| ")
                .append(part.dataset())
                .append(" | ")
                .append(part.weight())
                .append(part.replay() ? " | yes |\n" : " | no |\n"));
    }

    private void data(StringBuilder card) {
        card.append("\n## Data sets\n\n| data set | language | digest | token shard |\n| --- | --- | --- | --- |\n");
        for (Map.Entry<String, Assignment.Material> each : assignment.data().entrySet()) {
            card.append("| ")
                    .append(each.getKey())
                    .append(" | ")
                    .append(each.getValue().language());
            card.append(" | ").append(each.getValue().dataset());
            card.append(" | ").append(each.getValue().shard()).append(" |\n");
        }
    }
}
