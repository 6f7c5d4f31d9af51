package revontuli.inference.model;

import revontuli.inference.admit.BatchLimits;

/// What may be in memory.
///
/// @param loadedMax served versions in memory; one more while a new one is loaded
/// @param candidatesMax candidates in memory
/// @param bytesMax bytes of the files of everything in memory
public record ModelLimits(int loadedMax, int candidatesMax, long bytesMax, BatchLimits batch) {}
