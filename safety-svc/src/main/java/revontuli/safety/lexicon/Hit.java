package revontuli.safety.lexicon;

import revontuli.safety.policy.Category;
import revontuli.safety.text.Span;

/// A rule met by words of a text; the span covers all of them in the original. `score` is over 0 and at most 1.
/// `topic` is the rule's name without its language, `within` where the words stand in [revontuli.safety.text.Words].
public record Hit(Category category, String rule, Span span, double score, String topic, Span within) {}
