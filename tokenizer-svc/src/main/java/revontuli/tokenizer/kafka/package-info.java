/// Tasks in, results and dead letters out.
@NullMarked
package revontuli.tokenizer.kafka;

import org.jspecify.annotations.NullMarked;
