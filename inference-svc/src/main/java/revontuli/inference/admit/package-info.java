/// Who gets a slot of the engine and when: a bounded queue, continuous batching, cancellation. Knows ids and floats,
/// neither text nor callers.
@NullMarked
package revontuli.inference.admit;

import org.jspecify.annotations.NullMarked;
