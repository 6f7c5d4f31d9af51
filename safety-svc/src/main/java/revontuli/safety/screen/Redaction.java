package revontuli.safety.screen;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import revontuli.safety.text.Span;

/// A part of the text to be replaced and the kind that its placeholder names.
record Redaction(Span span, String kind) {

    /// The findings as redactions without overlaps: what overlaps is replaced as one, named after its first finding.
    static List<Redaction> merged(List<Finding> findings) {
        List<Finding> sorted = new ArrayList<>(findings);
        sorted.sort(Comparator.comparingInt((Finding finding) -> finding.span().start())
                .thenComparing(finding -> -finding.span().end())
                .thenComparing(Finding::kind));
        List<Redaction> merged = new ArrayList<>();
        for (Finding finding : sorted) {
            if (merged.isEmpty()
                    || merged.getLast().span().end() <= finding.span().start()) {
                merged.add(new Redaction(finding.span(), finding.kind()));
            } else {
                Redaction last = merged.removeLast();
                merged.add(new Redaction(last.span().union(finding.span()), last.kind()));
            }
        }
        return merged;
    }

    static String apply(String text, List<Redaction> redactions, Placeholders placeholders) {
        StringBuilder out = new StringBuilder(text.length());
        int at = 0;
        for (Redaction redaction : redactions) {
            Span span = redaction.span();
            out.append(text, at, span.start());
            out.append(placeholders.of(redaction.kind(), text.substring(span.start(), span.end())));
            at = span.end();
        }
        return out.append(text, at, text.length()).toString();
    }
}
