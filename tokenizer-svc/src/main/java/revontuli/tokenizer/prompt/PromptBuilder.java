package revontuli.tokenizer.prompt;

import java.util.Arrays;
import revontuli.tokenizer.encode.Codec;

/// Puts a prompt together: texts that touch are encoded as one text in which control tokens are text; control tokens
/// are set as ids and never read out of a text.
final class PromptBuilder {
    private final Codec codec;
    private final StringBuilder run = new StringBuilder();
    private final StringBuilder shown = new StringBuilder();
    private int[] ids = new int[256];
    private int count;

    PromptBuilder(Codec codec) {
        this.codec = codec;
    }

    void text(String text) {
        run.append(text);
        shown.append(text);
    }

    void control(String token, int id) {
        cut();
        shown.append(token);
        room(1);
        ids[count++] = id;
    }

    /// No token reaches over this place; the number of ids before it.
    int cut() {
        if (!run.isEmpty()) {
            int[] more = codec.encode(run.toString(), false, false).ids();
            room(more.length);
            System.arraycopy(more, 0, ids, count, more.length);
            count += more.length;
            run.setLength(0);
        }
        return count;
    }

    int[] ids() {
        cut();
        return Arrays.copyOf(ids, count);
    }

    String shown() {
        return shown.toString();
    }

    private void room(int more) {
        if (count + more > ids.length) {
            ids = Arrays.copyOf(ids, Math.max(ids.length * 2, count + more));
        }
    }
}
