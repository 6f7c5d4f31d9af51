/// Content-addressed bytes: weights, checkpoints, shards, reports.
@NullMarked
package revontuli.platform.artifact;

import org.jspecify.annotations.NullMarked;
