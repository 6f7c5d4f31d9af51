package revontuli.trainer.job;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;

/// How far a run is, as its worker says.
public record Progress(Steps steps, long tokens, Newest newest, int stage, long checkpointStep) {
    public static final Progress NONE = new Progress(new Steps(0, 0), 0, new Newest(0, 0, 0, 0), 0, 0);

    /// Steps done and planned.
    public record Steps(long done, long planned) {}

    /// Measures of the newest step.
    public record Newest(double loss, double learningRate, double gradientNorm, double tokensPerSecond) {
        public Newest {
            loss = finite(loss);
            learningRate = finite(learningRate);
            gradientNorm = finite(gradientNorm);
            tokensPerSecond = finite(tokensPerSecond);
        }

        private static double finite(double value) {
            return Double.isFinite(value) ? value : 0;
        }
    }

    /// As text, for a column.
    public String text() {
        Map<String, String> fields = new TreeMap<>();
        fields.put("step", Long.toString(steps.done()));
        fields.put("step_count", Long.toString(steps.planned()));
        fields.put("tokens", Long.toString(tokens));
        fields.put("loss", Double.toString(newest.loss()));
        fields.put("learning_rate", Double.toString(newest.learningRate()));
        fields.put("gradient_norm", Double.toString(newest.gradientNorm()));
        fields.put("tokens_per_second", Double.toString(newest.tokensPerSecond()));
        fields.put("stage", Integer.toString(stage));
        fields.put("checkpoint_step", Long.toString(checkpointStep));
        return CanonicalJson.text(Json.Fields.ofTexts(fields));
    }

    /// Reads what [#text] made; an empty object is no progress.
    public static Progress parse(String text) {
        Json.Fields in = CanonicalJson.parseFields(text.getBytes(StandardCharsets.UTF_8));
        return new Progress(
                new Steps(number(in, "step"), number(in, "step_count")),
                number(in, "tokens"),
                new Newest(
                        real(in, "loss"),
                        real(in, "learning_rate"),
                        real(in, "gradient_norm"),
                        real(in, "tokens_per_second")),
                (int) number(in, "stage"),
                number(in, "checkpoint_step"));
    }

    private static long number(Json.Fields in, String name) {
        return Long.parseLong(in.textOr(name, "0"));
    }

    private static double real(Json.Fields in, String name) {
        return Double.parseDouble(in.textOr(name, "0"));
    }
}
