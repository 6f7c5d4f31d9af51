package revontuli.inference.model;

/// What an event says: that there is something to look at. Proves nothing.
///
/// @param name as it came
/// @param digest of the manifest, as it came
/// @param bundleDigest of statement and signatures, as it came
public record Announcement(String name, String digest, String bundleDigest, Origin origin) {}
