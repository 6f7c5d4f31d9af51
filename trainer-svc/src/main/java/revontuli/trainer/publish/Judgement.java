package revontuli.trainer.publish;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import revontuli.transparency.crypto.Digest;
import revontuli.transparency.json.CanonicalJson;
import revontuli.transparency.json.Json;

/// Held-out bits per byte of one data set, before the first stage and after the last.
public record Judgement(String dataset, String language, double before, double after, long bytes) {
    private static final int DATASETS_MAX = 64;

    public Judgement {
        if (!Double.isFinite(before) || !Double.isFinite(after) || before < 0 || after < 0 || bytes < 1) {
            throw new IllegalArgumentException("a judgement must have finite numbers: " + dataset);
        }
    }

    /// The list as text, for a column or an artifact.
    public static Json.Items json(List<Judgement> judgements) {
        return new Json.Items(judgements.stream()
                .<Json>map(one -> Json.fields()
                        .with("dataset", one.dataset())
                        .with("language", one.language())
                        .with("bits_per_byte_before", Double.toString(one.before()))
                        .with("bits_per_byte_after", Double.toString(one.after()))
                        .with("bytes", Json.number(one.bytes())))
                .toList());
    }

    /// Reads what [#json] made.
    public static List<Judgement> parse(String text) {
        List<Judgement> judgements = new ArrayList<>();
        Json read = CanonicalJson.parse(text.getBytes(StandardCharsets.UTF_8));
        for (Json item : ((Json.Items) read).values()) {
            Json.Fields in = (Json.Fields) item;
            judgements.add(new Judgement(
                    in.text("dataset"),
                    in.text("language"),
                    Double.parseDouble(in.text("bits_per_byte_before")),
                    Double.parseDouble(in.text("bits_per_byte_after")),
                    Json.parseNumber("bytes", in.text("bytes"))));
        }
        return judgements;
    }

    /// The evaluation report of a candidate, as it lies in the artifact store.
    public static byte[] report(String job, Digest model, Digest base, List<Judgement> judgements) {
        if (judgements.size() > DATASETS_MAX) {
            throw new IllegalArgumentException("too many judgements");
        }
        return CanonicalJson.encode(Json.fields()
                .with("kind", "evaluation.v1")
                .with("job", job)
                .with("model_digest", model.toString())
                .with("base_digest", base.toString())
                .with("data_sets", json(judgements)));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s %.4f -> %.4f bits per byte", dataset, before, after);
    }
}
