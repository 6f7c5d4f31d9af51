package revontuli.inference.model;

import java.time.Instant;
import revontuli.transparency.crypto.Digest;

/// Rounded weights of a model in a file.
///
/// @param model digest of the model's manifest
/// @param form `int8` or `int4`
/// @param digest of the file's bytes
/// @param used when they were last read or written
public record KeptForm(Digest model, String form, Digest digest, long bytes, Instant used) {}
