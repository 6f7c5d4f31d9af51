package revontuli.safety.classify;

import java.util.Optional;
import revontuli.safety.policy.Category;

/// A text to learn from.
///
/// @param category what kind of harm; empty for a harmless text, or where only harm itself is known
/// @param group examples of one group are never on both sides of a split: a phrase in all its frames, a source's topic
public record Example(String text, String language, boolean harmful, Optional<Category> category, String group) {}
