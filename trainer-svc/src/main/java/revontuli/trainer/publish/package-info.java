/// Versions of models: how they come in, who approves, promotes and revokes them.
///
/// Does not belong here: how a candidate is trained, and how a version is served.
@NullMarked
package revontuli.trainer.publish;

import org.jspecify.annotations.NullMarked;
