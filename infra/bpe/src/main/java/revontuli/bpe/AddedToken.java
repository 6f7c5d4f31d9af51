package revontuli.bpe;

/// A token that is looked for in the text before anything is split.
///
/// @param singleWord counts only where no word character stands beside it
/// @param lstrip takes the spaces before it
/// @param rstrip takes the spaces after it
/// @param normalized looked for in normalized text
/// @param special a control token
public record AddedToken(
        int id,
        String content,
        boolean singleWord,
        boolean lstrip,
        boolean rstrip,
        boolean normalized,
        boolean special) {}
