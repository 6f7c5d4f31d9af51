/// Text and tokens as files that more than one service reads: documents as JSON Lines, and token shards.
@NullMarked
package revontuli.platform.shard;

import org.jspecify.annotations.NullMarked;
