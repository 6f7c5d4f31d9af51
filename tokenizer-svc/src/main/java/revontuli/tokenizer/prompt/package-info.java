/// Prompts as ids: fill-in-the-middle, and dialogues by registered templates. A template is data, never a program.
@NullMarked
package revontuli.tokenizer.prompt;

import org.jspecify.annotations.NullMarked;
