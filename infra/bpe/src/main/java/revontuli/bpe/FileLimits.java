package revontuli.bpe;

/// How large a `tokenizer.json` and its parts may be; a file past one of them is refused.
///
/// @param fileBytesMax bytes of the file
/// @param idMax the highest id
/// @param mergesMax merges
/// @param tokenCharsMax characters of a token of the vocabulary
/// @param addedMax added tokens
/// @param addedCharsMax characters of an added token
public record FileLimits(
        int fileBytesMax, int idMax, int mergesMax, int tokenCharsMax, int addedMax, int addedCharsMax) {
    /// Room for every published vocabulary.
    public static final FileLimits DEFAULT = new FileLimits(64 << 20, (1 << 20) - 1, 1 << 20, 4096, 1 << 16, 1024);

    public FileLimits {
        // a merge is looked up by two ids and answered by its rank, all in 64 bits
        if (idMax >= 1 << 22 || mergesMax > 1 << 20) {
            throw new IllegalArgumentException("idMax must be below 4194304 and mergesMax at most 1048576");
        }
    }
}
