/// A stack under mixed load for an hour: whether anything grows.
@NullMarked
package revontuli.cli.bench.endurance;

import org.jspecify.annotations.NullMarked;
