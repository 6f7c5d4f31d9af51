/// Carrying out jobs: preparation, leases, workers, what workers report, registration of the result.
///
/// Does not belong here: the training itself, which is the worker\x27s.
@NullMarked
package revontuli.trainer.run;

import org.jspecify.annotations.NullMarked;
