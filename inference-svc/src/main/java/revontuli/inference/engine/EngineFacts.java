package revontuli.inference.engine;

import java.util.OptionalInt;

/// What an open engine is and can.
///
/// @param label engine, device and precision, for receipts
/// @param lengths how long a sequence may be
/// @param slots sequences at a time
/// @param prefillChunk a prompt is filled in pieces of this many ids
/// @param rowsCheap a step with so many rows costs hardly more than one with one row; up to them ids are guessed
/// @param endOfText id that ends a text, where the model has one
public record EngineFacts(
        String label,
        Lengths lengths,
        int slots,
        int prefillChunk,
        int rowsCheap,
        OptionalInt endOfText,
        long parameterCount) {
    /// How long a sequence may be, and why: the least of what the operator allows, of what the model was trained on
    /// and of its table of positions.
    ///
    /// @param allowed tokens that the operator allows
    /// @param trained longest text in tokens that the model was trained on, where it says so
    /// @param table positions that have a meaning
    public record Lengths(int allowed, OptionalInt trained, int table) {
        public int max() {
            return Math.min(Math.min(allowed, table), trained.orElse(table));
        }
    }

    /// Longest sequence in tokens.
    public int positionsMax() {
        return lengths.max();
    }
}
