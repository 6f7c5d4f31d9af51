package revontuli.inference.admit;

import java.time.Duration;

/// How many may wait, and how long.
///
/// @param waitingMax sequences that may wait for a slot
/// @param tenantWaitingMax of these of one tenant
/// @param waitMax how long one may wait
public record BatchLimits(int waitingMax, int tenantWaitingMax, Duration waitMax) {}
