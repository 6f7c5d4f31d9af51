package revontuli.safety.moderate;

import revontuli.transparency.crypto.Commitment;

/// A commitment and the salt that opens it.
///
/// @param salt 32 bytes; not copied, nobody writes into them
@SuppressWarnings("ArrayRecordComponent")
public record Opening(Commitment commitment, byte[] salt) {
    static Opening of(byte[] value) {
        byte[] salt = Commitment.newSalt();
        return new Opening(Commitment.to(salt, value), salt);
    }
}
