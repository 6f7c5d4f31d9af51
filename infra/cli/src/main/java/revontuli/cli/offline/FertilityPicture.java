package revontuli.cli.offline;

import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import revontuli.tokenizer.fertility.Fertility;

/// Draws a report as SVG: four panels of bars, one a measure, with axes; readable on light and on dark.
final class FertilityPicture {
    private static final int WIDTH = 760;
    private static final int LEFT = 110;
    private static final int PLOT = 560;
    private static final int ROW = 22;
    private static final int BAR = 14;
    private static final int HEAD = 64;
    private static final int PANEL_HEAD = 30;
    private static final int PANEL_FOOT = 46;

    private final Map<String, Fertility.Counts> languages;
    private final String baseline;
    private final StringBuilder svg = new StringBuilder(8_192);

    private FertilityPicture(Map<String, Fertility.Counts> languages, String baseline) {
        this.languages = languages;
        this.baseline = baseline;
    }

    static String of(Map<String, Fertility.Counts> languages, String baseline, String tokenizer) {
        return new FertilityPicture(languages, baseline).draw(tokenizer);
    }

    private String draw(String tokenizer) {
        int panel = PANEL_HEAD + languages.size() * ROW + PANEL_FOOT;
        int height = HEAD + 4 * panel;
        svg.append("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img">
                <title>Tokens by language</title>
                <style>
                svg { background: #ffffff; font: 13px system-ui, sans-serif; }
                text { fill: #1f2328; } .soft { fill: #59636e; font-size: 11px; } .head { font-weight: 600; }
                .bar { fill: #1f6f8b; } .base { fill: #b35900; } .grid { stroke: #d1d9e0; } .axis { stroke: #59636e; }
                @media (prefers-color-scheme: dark) {
                svg { background: #0d1117; } text { fill: #e6edf3; } .soft { fill: #9198a1; }
                .bar { fill: #58b3d1; } .base { fill: #f0a35e; } .grid { stroke: #3d444d; } .axis { stroke: #9198a1; }
                }
                </style>
                """.formatted(WIDTH, height, WIDTH, height));
        text(16, 24, "head", "start", "Tokens by language");
        text(16, 44, "soft", "start", "tokenizer " + tokenizer + "; orange: " + baseline + ", which ratios relate to");
        Fertility.Counts base = languages.getOrDefault(baseline, new Fertility.Counts(0, 0, 0, 0, 0));
        int top = HEAD;
        panel(
                top,
                "Tokens per word",
                "tokens per word (words as java.text.BreakIterator finds them)",
                base,
                Fertility.Counts::perWord);
        panel(
                top += panel,
                "Tokens per character",
                "tokens per Unicode code point",
                base,
                Fertility.Counts::perCharacter);
        panel(top += panel, "Tokens per byte", "tokens per byte of UTF-8", base, Fertility.Counts::perByte);
        panel(
                top + panel,
                "Tokens per text",
                "tokens per text (comparable where the texts say the same)",
                base,
                Fertility.Counts::perText);
        return svg.append("</svg>\n").toString();
    }

    private void panel(
            int top, String title, String axis, Fertility.Counts base, ToDoubleFunction<Fertility.Counts> measure) {
        double most = languages.values().stream().mapToDouble(measure).max().orElse(0);
        double step = step(most);
        int ticks = (int) Math.max(1, Math.ceil(most / step - 1e-9));
        int bottom = top + PANEL_HEAD + languages.size() * ROW;
        text(16, top + 18, "head", "start", title);
        for (int i = 0; i <= ticks; i++) {
            double x = LEFT + (double) PLOT * i / ticks;
            line(x, top + PANEL_HEAD - 4, x, bottom, i == 0 ? "axis" : "grid");
            text(x, bottom + 15, "soft", "middle", number(step * i));
        }
        line(LEFT, bottom, LEFT + (double) PLOT, bottom, "axis");
        text(LEFT + PLOT / 2.0, bottom + 32, "soft", "middle", axis);
        int y = top + PANEL_HEAD;
        for (Map.Entry<String, Fertility.Counts> language : languages.entrySet()) {
            double value = measure.applyAsDouble(language.getValue());
            double width = PLOT * value / (step * ticks);
            text(LEFT - 8, y + 12, "", "end", language.getKey());
            svg.append("<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%s\" height=\"%d\"/>%n"
                    .formatted(language.getKey().equals(baseline) ? "base" : "bar", LEFT, y + 1, pixels(width), BAR));
            double relative = measure.applyAsDouble(base);
            String label = relative == 0 ? figure(value) : figure(value) + "  (" + figure(value / relative) + "×)";
            text(LEFT + width + 6, y + 12, "soft", "start", label);
            y += ROW;
        }
    }

    /// A round step that makes at most six ticks.
    private static double step(double most) {
        if (most <= 0) {
            return 1;
        }
        double step = Math.pow(10, Math.floor(Math.log10(most)));
        for (double part : new double[] {0.1, 0.2, 0.5, 1, 2}) {
            if (most / (step * part) <= 6) {
                return step * part;
            }
        }
        return step * 5;
    }

    private void line(double x1, double y1, double x2, double y2, String kind) {
        svg.append("<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>%n"
                .formatted(kind, pixels(x1), pixels(y1), pixels(x2), pixels(y2)));
    }

    private void text(double x, double y, String kind, String anchor, String text) {
        svg.append("<text class=\"%s\" x=\"%s\" y=\"%s\" text-anchor=\"%s\">%s</text>%n"
                .formatted(kind, pixels(x), pixels(y), anchor, escaped(text)));
    }

    private static String pixels(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    /// Beside a bar: figures under each other have the same number of places.
    private static String figure(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
    }

    /// At an axis, without needless zeros.
    private static String number(double value) {
        String text = String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.0f", value);
        return text.contains(".") ? text.replaceFirst("\\.?0+$", "") : text;
    }

    private static String escaped(String text) {
        StringBuilder safe = new StringBuilder();
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                default -> safe.appendCodePoint(Character.isISOControl(c) ? ' ' : c);
            }
        });
        return safe.toString();
    }
}
