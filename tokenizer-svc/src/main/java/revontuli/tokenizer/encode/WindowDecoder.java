package revontuli.tokenizer.encode;

import java.util.Arrays;
import java.util.function.Function;
import java.util.function.IntPredicate;

/// Decodes ids one by one with a decoder that only knows whole lists: it decodes a window of the last ids anew each
/// time and passes on what is new.
///
/// Bytes that do not yet make a character decode to one U+FFFD at the end, which is held back until the next id
/// decides. While an id is unsettled (a token that stands for one byte, whose neighbours decide what it means) all is
/// held back, up to a limit. Work for each id is bounded by the window.
public final class WindowDecoder implements PieceDecoder {
    private static final int WINDOW = 32;
    /// Ids kept when the window is shortened: more than a character has bytes, and enough for tokenizers that decode a
    /// first token differently.
    private static final int CONTEXT = 8;
    /// Unsettled ids held back before they are passed on as they are.
    private static final int UNSETTLED_MAX = 1_024;

    private static final char INCOMPLETE = '\uFFFD';

    private final Function<int[], String> decoder;
    private final IntPredicate unsettled;
    private int[] window = new int[WINDOW + UNSETTLED_MAX];
    private int count;
    private int held;
    private int passedOn;

    public WindowDecoder(Function<int[], String> decoder, IntPredicate unsettled) {
        this.decoder = decoder;
        this.unsettled = unsettled;
    }

    @Override
    public String add(int id) {
        if (held == 0 && count >= WINDOW) {
            System.arraycopy(window, count - CONTEXT, window, 0, CONTEXT);
            count = CONTEXT;
            passedOn = complete(decoded());
        }
        if (count == window.length) {
            window = Arrays.copyOf(window, window.length * 2);
        }
        window[count++] = id;
        if (unsettled.test(id) && held < UNSETTLED_MAX) {
            held++;
            return "";
        }
        held = 0;
        String all = decoded();
        return passOn(all, complete(all));
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
        return count == 0 ? "" : decoder.apply(Arrays.copyOf(window, count));
    }

    private static int complete(String all) {
        return !all.isEmpty() && all.charAt(all.length() - 1) == INCOMPLETE ? all.length() - 1 : all.length();
    }
}
