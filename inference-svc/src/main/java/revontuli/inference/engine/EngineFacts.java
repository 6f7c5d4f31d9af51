package revontuli.inference.engine;

import java.util.OptionalInt;

/// What an open engine is and can.
///
/// @param label engine, device and precision, for receipts
/// @param positionsMax longest sequence in tokens
/// @param slots sequences at a time
/// @param prefillChunk a prompt is filled in pieces of this many ids
/// @param rowsCheap a step with so many rows costs hardly more than one with one row; up to them ids are guessed
/// @param endOfText id that ends a text, where the model has one
public record EngineFacts(
        String label,
        int positionsMax,
        int slots,
        int prefillChunk,
        int rowsCheap,
        OptionalInt endOfText,
        long parameterCount) {}
