package revontuli.bpe;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a `tokenizer.json` of our family says, checked.
///
/// @param idOfByte id of each byte's token
/// @param tokens text of every id of the model; null where there is none
/// @param left left id of each merge, by rank; `right` and `made` likewise
/// @param stages pre-tokenizers in their order
/// @param prefixStage stage before which a space is put before a piece that has none, or [#NO_PREFIX]
/// @param trimOffsets whether offsets leave out spaces
/// @param keptPrefix whether trimming leaves the space that was put before a text
@SuppressWarnings("ArrayRecordComponent")
record Definition(
        @Nullable String[] tokens,
        int[] idOfByte,
        int[] left,
        int[] right,
        int[] made,
        boolean ignoreMerges,
        List<AddedToken> added,
        boolean nfc,
        List<Scanner> stages,
        int prefixStage,
        boolean trimOffsets,
        boolean keptPrefix) {
    /// Value of `prefixStage` where no space is put before anything.
    static final int NO_PREFIX = -1;

    /// Id of a byte without a token; in a text it is left out.
    static final int NO_TOKEN = -1;
}
