/// Harmful intent by what is asked, what is done and to what: groups of words that must meet within a few words.
/// A single word decides nothing but a slur; statistical classifiers do not belong here.
@NullMarked
package revontuli.safety.lexicon;

import org.jspecify.annotations.NullMarked;
