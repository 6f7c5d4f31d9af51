/// Whole files of documents to token shards: tasks, their life, and who works on them. No topic and no table here.
@NullMarked
package revontuli.tokenizer.bulk;

import org.jspecify.annotations.NullMarked;
