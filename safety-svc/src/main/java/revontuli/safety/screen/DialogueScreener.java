package revontuli.safety.screen;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import revontuli.platform.fault.Fault;
import revontuli.safety.policy.Direction;

/// Judges the last turn of a dialogue in the light of those before it, so that harm which is cut into turns is seen:
/// the last turn alone, and together with the last few turns, once with a space between them and once without.
///
/// What the turns before it show without it does not count again: it was judged when it came. The same value of
/// personal data has the same placeholder through the whole dialogue. Immutable; threads may share it.
public final class DialogueScreener {
    /// Turns of one dialogue.
    public static final int TURNS_MAX = 64;

    /// Turns that are read together with the last one, at most.
    public static final int WINDOW_TURNS = 8;

    /// UTF-16 units of those turns that are read with it: the nearest ones.
    public static final int WINDOW_UNITS_MAX = 8 * 1024;

    private final Screener screener;

    public DialogueScreener(Screener screener) {
        this.screener = screener;
    }

    /// Refuses, as a fault, no turns, over [#TURNS_MAX], and turns that [Screener#screen] refuses.
    public Screened screen(Direction direction, List<String> turns) {
        if (turns.isEmpty() || turns.size() > TURNS_MAX) {
            throw new Fault.Invalid(
                            "TOO_MANY_TURNS",
                            "turns: send 1 to " + TURNS_MAX + ", the oldest first",
                            Map.of("field", "turns", "turns_max", Integer.toString(TURNS_MAX)))
                    .toException();
        }
        String last = turns.getLast();
        List<String> before = turns.subList(0, turns.size() - 1);
        Placeholders placeholders = new Placeholders();
        before.forEach(turn -> screener.screen(direction, turn, placeholders));
        Screened alone = screener.screen(direction, last, placeholders);
        if (alone.verdict().refuses() || before.isEmpty()) {
            return alone;
        }
        return together(direction, before, last).orElse(alone);
    }

    private Optional<Screened> together(Direction direction, List<String> before, String last) {
        for (String between : List.of(" ", "")) {
            String earlier = window(before, between);
            Screened joined = screener.screen(direction, window(List.of(earlier, last), between));
            boolean refused = joined.verdict().refuses()
                    && !screener.screen(direction, earlier).verdict().refuses();
            if (refused) {
                return Optional.of(joined);
            }
        }
        return Optional.empty();
    }

    /// The nearest turns as one text; never half a character at its beginning.
    private static String window(List<String> turns, String between) {
        List<String> nearest = turns.subList(Math.max(0, turns.size() - WINDOW_TURNS), turns.size());
        String text = String.join(between, nearest);
        int from = Math.max(0, text.length() - WINDOW_UNITS_MAX);
        boolean half = from > 0 && Character.isLowSurrogate(text.charAt(from));
        return text.substring(half ? from + 1 : from);
    }
}
