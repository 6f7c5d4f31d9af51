/// Tokenizers in Postgres.
@NullMarked
package revontuli.tokenizer.store;

import org.jspecify.annotations.NullMarked;
