package revontuli.causallm;

import java.util.Arrays;

/// Guesses what follows from what followed the same ids earlier in the text. A guess costs nothing and proves nothing:
/// the model decides.
public final class PromptLookup {
    private static final int LONGEST = 4;
    private static final int SHORTEST = 2;

    private PromptLookup() {}

    /// At most `most` ids that may follow `ids[0 .. length)`: those behind the latest earlier place where its last four
    /// ids stand, else three, else two. Empty where there is none.
    public static int[] guess(int[] ids, int length, int most) {
        for (int n = Math.min(LONGEST, length - 1); n >= SHORTEST; n--) {
            for (int at = length - n - 1; at >= 0; at--) {
                if (Arrays.equals(ids, at, at + n, ids, length - n, length)) {
                    return Arrays.copyOfRange(ids, at + n, Math.min(length, at + n + most));
                }
            }
        }
        return new int[0];
    }
}
