/// Trains the small classifier of moderation and measures moderation as a whole, on texts of the project and, where
/// it lies beside the project, on the development data. Moderation itself is safety-svc's.
@NullMarked
package revontuli.cli.safety;

import org.jspecify.annotations.NullMarked;
