/// The audit ledger: signed records in, one append-only log with a Merkle tree out; what was recorded, and what
/// rests on what.
///
/// Does not belong here: how leaves look and verify (`revontuli.transparency`), and writing this service's own
/// records (`revontuli.platform.audit`); those come in over the topic like everybody's.
@NullMarked
package revontuli.safety.ledger;

import org.jspecify.annotations.NullMarked;
