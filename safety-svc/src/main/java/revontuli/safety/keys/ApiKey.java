package revontuli.safety.keys;

import java.time.Instant;
import java.util.Optional;
import revontuli.platform.caller.Caller;

/// A key without its text.
///
/// @param name `apiKeys/{api_key}`
/// @param hash SHA-256 of the text, hex
/// @param owner who calls with it, for which tenant, with which roles
/// @param revoked when it stopped working
public record ApiKey(String name, String hash, Caller owner, Instant created, Optional<Instant> revoked) {}
