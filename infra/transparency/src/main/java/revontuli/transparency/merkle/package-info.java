/// The append-only log as mathematics: tree heads, proofs and the signed checkpoints that publish them.
///
/// Does not belong here: what a leaf says, or where leaves and nodes are stored.
@NullMarked
package revontuli.transparency.merkle;

import org.jspecify.annotations.NullMarked;
