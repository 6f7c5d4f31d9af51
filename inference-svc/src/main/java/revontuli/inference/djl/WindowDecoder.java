package revontuli.inference.djl;

import java.util.Arrays;
import java.util.function.Function;
import revontuli.inference.model.TextDecoder;

/// Turns tokens into text as they come, for tokenizers that can only decode many at once.
///
/// It decodes a window of the last tokens anew each time and passes on what is new. Bytes that do not yet make a
/// character decode to one U+FFFD at the end, which is held back until the next token decides. Work per token is
/// bounded by the window.
final class WindowDecoder implements TextDecoder {
    private static final int WINDOW_MAX = 32;
    /// Tokens kept when the window is shortened: more than a character has bytes, and enough for tokenizers that
    /// decode a first token differently.
    private static final int CONTEXT = 8;
    private static final char INCOMPLETE = '\uFFFD';

    private final Function<int[], String> decode;
    private final int[] window = new int[WINDOW_MAX];
    private int count;
    private int passedOn;

    WindowDecoder(Function<int[], String> decode) {
        this.decode = decode;
    }

    @Override
    public String add(int id) {
        if (count == WINDOW_MAX) {
            System.arraycopy(window, WINDOW_MAX - CONTEXT, window, 0, CONTEXT);
            count = CONTEXT;
            passedOn = complete(decoded());
        }
        window[count++] = id;
        String all = decoded();
        return passOn(all, complete(all));
    }

    @Override
    public boolean pending() {
        String all = decoded();
        return complete(all) < all.length();
    }

    @Override
    public String finish() {
        String all = decoded();
        return passOn(all, all.length());
    }

    private String passOn(String all, int end) {
        String fresh = passedOn < end ? all.substring(passedOn, end) : "";
        passedOn = Math.max(passedOn, end);
        return fresh;
    }

    private String decoded() {
        return count == 0 ? "" : decode.apply(Arrays.copyOf(window, count));
    }

    private static int complete(String all) {
        return !all.isEmpty() && all.charAt(all.length() - 1) == INCOMPLETE ? all.length() - 1 : all.length();
    }
}
