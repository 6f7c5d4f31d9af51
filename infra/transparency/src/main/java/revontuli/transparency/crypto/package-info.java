/// Digests, Ed25519 keys and what is made of them: commitments and detached signatures.
///
/// Does not belong here: which key may say what; that is for the rooms that read evidence.
@NullMarked
package revontuli.transparency.crypto;

import org.jspecify.annotations.NullMarked;
