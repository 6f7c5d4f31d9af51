package revontuli.platform.prompt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import revontuli.platform.fault.Fault;

/// Puts a prompt together: texts that touch are encoded as one text in which control tokens are text; control tokens
/// are set as ids and never read out of a text.
public final class PromptBuilder {
    private final Function<String, int[]> encode;
    private final StringBuilder run = new StringBuilder();
    private final StringBuilder shown = new StringBuilder();
    private int[] ids = new int[256];
    private int count;

    /// A prompt of nothing yet.
    ///
    /// @param encode ids of a text in which control tokens are text
    public PromptBuilder(Function<String, int[]> encode) {
        this.encode = encode;
    }

    /// A dialogue in its template.
    ///
    /// @param idOf id of a control token
    /// @param answer true: what the template puts before an answer stands at the end
    /// @return for each message the number of ids up to its end
    public List<Integer> dialogue(Frame frame, List<Message> messages, ToIntFunction<String> idOf, boolean answer) {
        parts(frame.begin(), idOf);
        List<Integer> ends = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            Role role = messages.get(i).role();
            Frame.Around around = frame.roles().get(role);
            if (around == null) {
                String field = "messages[" + i + "].role";
                throw new Fault.Invalid(
                                "ROLE_NOT_IN_TEMPLATE",
                                field + ": the template has nothing for " + role.word(),
                                Map.of("field", field, "role", role.word()))
                        .toException();
            }
            parts(around.before(), idOf);
            text(messages.get(i).content());
            parts(around.after(), idOf);
            ends.add(cut());
        }
        if (answer) {
            parts(frame.answer(), idOf);
        }
        return ends;
    }

    private void parts(List<Part> parts, ToIntFunction<String> idOf) {
        for (Part part : parts) {
            switch (part) {
                case Part.Literal(var text) -> text(text);
                case Part.Control(var token) -> control(token, idOf.applyAsInt(token));
            }
        }
    }

    public void text(String text) {
        run.append(text);
        shown.append(text);
    }

    /// A control token.
    public void control(String token, int id) {
        cut();
        shown.append(token);
        room(1);
        ids[count++] = id;
    }

    /// No token reaches over this place; the number of ids before it.
    public int cut() {
        if (!run.isEmpty()) {
            int[] more = encode.apply(run.toString());
            room(more.length);
            System.arraycopy(more, 0, ids, count, more.length);
            count += more.length;
            run.setLength(0);
        }
        return count;
    }

    public int[] ids() {
        cut();
        return Arrays.copyOf(ids, count);
    }

    /// The same for people, control tokens spelled out.
    public String shown() {
        return shown.toString();
    }

    private void room(int more) {
        if (count + more > ids.length) {
            ids = Arrays.copyOf(ids, Math.max(ids.length * 2, count + more));
        }
    }
}
