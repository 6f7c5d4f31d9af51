package revontuli.inference.generate;

import revontuli.transparency.crypto.Commitment;

/// A commitment that safety-svc made, and its salt. Only the commitment goes into records; the salt goes to the
/// caller alone.
@SuppressWarnings("ArrayRecordComponent")
public record Opening(Commitment commitment, byte[] salt) {}
