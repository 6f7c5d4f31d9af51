/// The training worker: its own process, which loads the model, trains, evaluates and hands in a candidate.
///
/// Speaks to the service only through the port of this room; keeps no state outside checkpoints.
@NullMarked
package revontuli.trainer.worker;

import org.jspecify.annotations.NullMarked;
