package revontuli.tokenizer.encode;

/// How much one call may carry; more is refused, never cut.
///
/// @param textBytesMax UTF-8 bytes of one text
/// @param batchTextsMax texts, or lists of ids, of one batch
/// @param batchBytesMax UTF-8 bytes of all texts of a batch
/// @param idsMax ids of one decoding
/// @param pieceBytesMax bytes of one piece of a document
/// @param pieceIdsMax ids of one message of a stream
/// @param libraryDocumentBytesMax bytes of a document that must be collected because only the library can serve it
public record Limits(
        long textBytesMax,
        int batchTextsMax,
        long batchBytesMax,
        int idsMax,
        int pieceBytesMax,
        int pieceIdsMax,
        long libraryDocumentBytesMax) {}
