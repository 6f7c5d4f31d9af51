package revontuli.cli.safety;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import revontuli.safety.screen.Cause;
import revontuli.safety.screen.Screener;
import revontuli.safety.screen.Verdict;

/// Counts by kind of harm, on few texts of our own: how many of the harmful ones are refused, for how many of those the
/// verdict names the kind, and how many of the harmless neighbours are refused too.
final class CategoryBench {
    private final Screener screener;
    private final List<SafetyTexts.InCategory> texts;

    CategoryBench(Screener screener, List<SafetyTexts.InCategory> texts) {
        this.screener = screener;
        this.texts = texts;
    }

    /// What was counted of one kind.
    private static final class Count {
        private int harmful;
        private int refused;
        private int named;
        private int harmless;
        private int refusedHarmless;
    }

    ObjectNode run() {
        Map<String, Count> counts = new TreeMap<>();
        for (SafetyTexts.InCategory text : texts) {
            count(counts.computeIfAbsent(text.category(), _ -> new Count()), text);
        }
        ObjectNode node = new ObjectMapper().createObjectNode();
        counts.forEach((category, count) -> node.putObject(category)
                .put("harmful", count.harmful)
                .put("refused", count.refused)
                .put("named", count.named)
                .put("harmless", count.harmless)
                .put("refused_harmless", count.refusedHarmless));
        return node;
    }

    private void count(Count count, SafetyTexts.InCategory one) {
        Verdict verdict =
                screener.screen(one.text().direction(), one.text().text()).verdict();
        if (one.text().harmful()) {
            count.harmful++;
            count.refused += verdict.refuses() ? 1 : 0;
            count.named += verdict.refuses() && category(verdict).equals(one.category()) ? 1 : 0;
        } else {
            count.harmless++;
            count.refusedHarmless += verdict.refuses() ? 1 : 0;
        }
    }

    private static String category(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Blocked(var _, Cause cause) -> cause.category().id();
            case Verdict.Review(var _, Cause cause) -> cause.category().id();
            case Verdict.Allowed _, Verdict.Redacted _ -> "";
        };
    }
}
