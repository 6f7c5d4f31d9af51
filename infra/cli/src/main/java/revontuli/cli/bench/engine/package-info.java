/// The engine beside other engines, on the same weights.
@NullMarked
package revontuli.cli.bench.engine;

import org.jspecify.annotations.NullMarked;
