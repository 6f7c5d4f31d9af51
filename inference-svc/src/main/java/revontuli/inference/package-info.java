/// The inference service: models, admission and batching, generation. Here lie only what an operator may turn and the
/// wiring; what the service does lies in the rooms below.
@NullMarked
package revontuli.inference;

import org.jspecify.annotations.NullMarked;
