package revontuli.tokenizer.encode;

/// The longest text, document list and id list that one call may carry; more is refused, never cut.
///
/// @param textBytesMax UTF-8 bytes of one text
/// @param batchTextsMax texts of one batch
/// @param batchBytesMax UTF-8 bytes of all texts of a batch
/// @param idsMax ids of one decoding
public record Limits(long textBytesMax, int batchTextsMax, long batchBytesMax, int idsMax) {}
