package revontuli.safety.screen;

import revontuli.safety.policy.Category;
import revontuli.safety.text.Span;

/// One thing found in a text: by which rule of which stage, in which view of the text, and where in the original.
/// `kind` is a kind of personal data or, for other findings, the rule.
public record Finding(
        Category category, String kind, String rule, String stage, String view, Span span, double score) {}
