/// Data sets: registered facts about exact bytes, and the token shards made of them.
///
/// Does not belong here: what a job does with them.
@NullMarked
package revontuli.trainer.dataset;

import org.jspecify.annotations.NullMarked;
