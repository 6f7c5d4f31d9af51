/// Tests of files that more than one service reads.
@NullMarked
package revontuli.platform.shard;

import org.jspecify.annotations.NullMarked;
