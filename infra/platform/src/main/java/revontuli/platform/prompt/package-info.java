/// Prompts as ids, the same in every service: templates of dialogues, which are data and never programs, and texts
/// between control tokens.
@NullMarked
package revontuli.platform.prompt;

import org.jspecify.annotations.NullMarked;
