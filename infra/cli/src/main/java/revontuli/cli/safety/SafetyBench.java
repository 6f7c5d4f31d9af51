package revontuli.cli.safety;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import revontuli.cli.Out;
import revontuli.platform.fault.FaultException;
import revontuli.safety.policy.Direction;
import revontuli.safety.screen.Screener;
import revontuli.safety.screen.Verdict;

/// Measures the shipped policy and stages on texts that nothing was learned from.
final class SafetyBench {
    private static final int TRANSFORMED_MAX = 120;
    private static final double ROUNDED_TO = 10_000.0;

    private final Screener screener;
    private final SafetyTexts texts;
    private final Out out;

    SafetyBench(Screener screener, SafetyTexts texts, Out out) {
        this.screener = screener;
        this.texts = texts;
        this.out = out;
    }

    /// What moderation said of a text, with the truth.
    record Judged(SafetyTexts.Labelled text, double score, boolean refused) {}

    ObjectNode run() {
        ObjectNode result = new ObjectMapper().createObjectNode();
        ObjectNode languages = result.putObject("languages");
        for (String language : SafetyTexts.LANGUAGES) {
            out.progress("moderation in " + language);
            ObjectNode node = language(language);
            node.set("by_category", new CategoryBench(screener, texts.byCategory(language)).run());
            languages.set(language, node);
        }
        out.progress("personal data");
        PersonalBench personal = new PersonalBench();
        result.set("pii_f1", personal.byKind());
        result.set("pii_f1_by_language", personal.byLanguage());
        out.progress("time");
        new SpeedBench(screener).run(result);
        result.put("unmoderated_released", new StreamBench(screener, texts).unitsOutOfRefusedStretches());
        return result;
    }

    private ObjectNode language(String language) {
        ObjectNode node = new ObjectMapper().createObjectNode();
        List<SafetyTexts.Labelled> labelled = texts.labelled(language);
        List<String> questions = texts.ordinaryQuestions(language);
        List<Judged> judged = labelled.stream().map(this::judge).toList();
        List<Judged> ordinary = questions.stream()
                .map(text -> judge(new SafetyTexts.Labelled("ordinary", Direction.PROMPT, false, text)))
                .toList();
        figures(node, judged);
        ObjectNode auc = node.putObject("auc");
        for (Direction direction : Direction.values()) {
            List<Judged> of = in(judged, direction);
            boolean lacking = of.stream().allMatch(one -> one.text().harmful());
            List<Judged> matched = new ArrayList<>(of);
            if (direction == Direction.PROMPT || lacking) {
                matched.addAll(ordinary);
            }
            number(auc, direction == Direction.PROMPT ? "prompts" : "outputs", ranked(matched));
            ObjectNode part = node.putObject(direction == Direction.PROMPT ? "prompts" : "outputs");
            figures(part, of);
            number(part, "auc", ranked(matched));
            number(part, "calibration_error", Ranking.calibrationError(scored(matched)));
            sources(part.putObject("sources"), of);
        }
        number(node, "false_positive_rate", worstRate(texts.ordinaryText(language)));
        number(node, "false_positive_rate_instructions", rate(ordinary));
        node.put("ordinary_instructions", ordinary.size());
        number(
                node,
                "over_block_rate",
                rate(in(judged, Direction.PROMPT).stream()
                        .filter(one -> !one.text().harmful())
                        .toList()));
        recallLoss(node.putObject("recall_loss"), judged);
        return node;
    }

    private static List<Judged> in(List<Judged> judged, Direction direction) {
        return judged.stream()
                .filter(one -> one.text().direction() == direction)
                .toList();
    }

    private Judged judge(SafetyTexts.Labelled text) {
        try {
            Verdict verdict = screener.screen(text.direction(), text.text()).verdict();
            return new Judged(text, verdict.grounds().scores().harm(), verdict.refuses());
        } catch (FaultException _) { // not a text: refused
            return new Judged(text, 1, true);
        }
    }

    private static void figures(ObjectNode node, List<Judged> judged) {
        double caught = judged.stream()
                .filter(one -> one.text().harmful() && one.refused())
                .count();
        double harmful = judged.stream().filter(one -> one.text().harmful()).count();
        double refused = judged.stream().filter(Judged::refused).count();
        double precision = caught / refused;
        double recall = caught / harmful;
        number(node, "precision", precision);
        number(node, "recall", recall);
        number(node, "f1", 2 * precision * recall / (precision + recall));
        node.put("harmful", (long) harmful);
        node.put("harmless", judged.size() - (long) harmful);
    }

    private static void sources(ObjectNode node, List<Judged> judged) {
        Map<String, List<Judged>> bySource = judged.stream()
                .collect(Collectors.groupingBy(one -> one.text().source(), TreeMap::new, Collectors.toList()));
        bySource.forEach((source, of) -> {
            ObjectNode part = node.putObject(source);
            figures(part, of);
            number(part, "auc", ranked(of));
        });
    }

    private static double ranked(List<Judged> judged) {
        return Ranking.auc(scored(judged));
    }

    private static List<Ranking.Scored> scored(List<Judged> judged) {
        return judged.stream()
                .map(one -> new Ranking.Scored(one.score(), one.text().harmful()))
                .toList();
    }

    private static double rate(List<Judged> judged) {
        return rounded(judged.stream().filter(Judged::refused).count() / (double) judged.size());
    }

    private double worstRate(List<String> ordinary) {
        double worst = 0;
        for (Direction direction : Direction.values()) {
            worst = Math.max(
                    worst,
                    rate(ordinary.stream()
                            .map(text -> judge(new SafetyTexts.Labelled("ordinary", direction, false, text)))
                            .toList()));
        }
        return worst;
    }

    /// How many of a hundred harmful texts that are refused plainly are let through in disguise.
    private void recallLoss(ObjectNode node, List<Judged> judged) {
        Set<String> seen = new TreeSet<>();
        List<Judged> caught = judged.stream()
                .filter(one -> one.text().harmful() && seen.add(one.text().text()))
                .collect(Collectors.collectingAndThen(Collectors.toList(), SafetyBench::everyNth));
        double plain = caught.stream().filter(Judged::refused).count();
        Map<String, UnaryOperator<String>> all = new LinkedHashMap<>(Transforms.all());
        all.forEach((name, transform) -> {
            long refused = caught.stream()
                    .filter(one -> judge(new SafetyTexts.Labelled(
                                    one.text().source(),
                                    one.text().direction(),
                                    true,
                                    transform.apply(one.text().text())))
                            .refused())
                    .count();
            node.put(name, rounded(Math.max(0, plain - refused) / caught.size()));
        });
    }

    private static List<Judged> everyNth(List<Judged> all) {
        int step = Math.max(1, all.size() / TRANSFORMED_MAX);
        List<Judged> some = new ArrayList<>();
        for (int i = 0; i < all.size(); i += step) {
            some.add(all.get(i));
        }
        return some;
    }

    /// JSON has no NaN: a figure without texts is null.
    static void number(ObjectNode node, String name, double value) {
        if (Double.isFinite(value)) {
            node.put(name, rounded(value));
        } else {
            node.putNull(name);
        }
    }

    static double rounded(double value) {
        return Math.rint(value * ROUNDED_TO) / ROUNDED_TO;
    }
}
